import type { Serial, StoreClock } from '@mesibo-files/handler-core/provider';
import type { Settings } from '../options.ts';
import type { Presigner } from '../presign/presign.ts';
import type { StoreCaller } from './client.ts';
import type { Findings } from './findings.ts';
import type { BucketHome } from './home.ts';

/** What all of the signer's methods work with. */
export interface SignerContext {
  readonly settings: Settings;
  readonly clock: StoreClock;
  readonly caller: StoreCaller;
  readonly presigner: Presigner;
  /** Commits of one key run one after the other. */
  readonly serial: Serial;
  /** Uploads that copies of this process go on in, by source version. */
  readonly copies: Map<string, string>;
  readonly home: BucketHome;
  readonly findings: Findings;
}
