import { TransferError } from '@mesibo-files/handler-core';
import type { DiskConfiguration } from '../configuration/store.ts';
import type { OpenStore } from './open-store.ts';
import type { SignerTuning } from './signer-options.ts';

export async function openDisk(configuration: DiskConfiguration, _tuning: SignerTuning): Promise<OpenStore> {
  throw new TransferError('unsupported', configuration.dir);
}
