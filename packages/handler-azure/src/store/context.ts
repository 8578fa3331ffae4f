import type { SignerCall, StoreClock } from '@mesibo-files/handler-core/provider';
import type { Settings } from '../options.ts';
import type { Presigner } from '../presign/presign.ts';
import type { StoreCaller } from './client.ts';

/** What all of the signer's methods work with. */
export interface SignerContext {
  readonly settings: Settings;
  readonly clock: StoreClock;
  readonly caller: StoreCaller;
  readonly presigner: Presigner;
  /** Asks the store once whether account, credentials and container are good, and learns its time. */
  readonly ready: (call: SignerCall) => Promise<void>;
  /** Whether the store lets blocks be written by who may only create, and how long that is believed; null until one was tried. */
  createOnly: { readonly suffices: boolean; readonly until: number } | null;
}

/** Whether who may only create may write blocks, as far as it is known. */
export function createSuffices({ createOnly, clock }: SignerContext): boolean | null {
  return createOnly === null || clock.now() >= createOnly.until ? null : createOnly.suffices;
}
