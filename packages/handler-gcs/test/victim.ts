import { runVictim } from '@mesibo-files/conformance/victim';
import { type GcsOptions, gcsSigner } from '../src/index.ts';

await runVictim((settings) => gcsSigner(settings as GcsOptions));
