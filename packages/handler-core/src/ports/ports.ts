import type { Clock } from './clock.ts';
import type { FilePort } from './files.ts';
import type { HashPort } from './hash.ts';
import type { HttpPort } from './http.ts';
import type { Journal } from './journal.ts';
import type { NetworkPort } from './network.ts';
import type { RandomPort } from './random.ts';

/** Everything the engine needs of the platform. Each has a default; tests inject their own. */
export interface Ports {
  readonly files: FilePort;
  readonly http: HttpPort;
  readonly clock: Clock;
  readonly random: RandomPort;
  readonly network: NetworkPort;
  readonly hash: HashPort;
  readonly journal: Journal;
}
