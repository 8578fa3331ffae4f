import type { RandomPort } from '../ports/random.ts';
import type { Backend } from './backend.ts';
import type { StoreFaults } from './faults.ts';
import type { SignerSettings } from './signer-options.ts';

/** What a signer of the memory store works with. */
export interface SignerContext {
  readonly backend: Backend;
  readonly secret: Uint8Array;
  readonly baseUrl: string;
  /** Which of the process's stores it is: they may share a URL. */
  readonly storeNumber: number;
  readonly ranges: boolean;
  readonly random: RandomPort;
  readonly faults: StoreFaults;
  readonly settings: SignerSettings;
}
