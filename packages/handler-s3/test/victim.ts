import { runVictim } from '@mesibo-files/conformance/victim';
import { type S3Options, s3Signer } from '../src/index.ts';

await runVictim((settings) => s3Signer(settings as S3Options));
