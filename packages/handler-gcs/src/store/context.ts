import type { OwnKeys, Serial, StoreClock } from '@mesibo-files/handler-core/provider';
import type { BucketLocation } from '../format/urls.ts';
import type { Settings } from '../options.ts';
import type { Presigner } from '../presign/presign.ts';
import type { StoreCaller } from './client.ts';

/** What all of the signer's methods work with. */
export interface SignerContext {
  readonly settings: Settings;
  readonly clock: StoreClock;
  readonly caller: StoreCaller;
  readonly presigner: Presigner;
  readonly location: BucketLocation;
  readonly ownKeys: OwnKeys;
  /** Commits of one key run one after the other. */
  readonly serial: Serial;
  /** Where rewrites that are not done go on, by source version. */
  readonly rewrites: Map<string, string>;
}
