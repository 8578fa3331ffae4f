import { runVictim } from '@mesibo-files/conformance/victim';
import { type AzureOptions, azureSigner } from '../src/index.ts';

await runVictim((settings) => azureSigner(settings as AzureOptions));
