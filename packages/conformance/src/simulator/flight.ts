import type { Actor } from './actor.ts';
import type { Life } from './life.ts';
import type { Store, TicketView } from './stores.ts';

/** A transfer that somebody started, and what became of it. */
interface FlightBase {
  readonly number: number;
  readonly actor: Actor;
  readonly life: Life;
  readonly runtime: number;
  readonly controller: AbortController;
  readonly began: number;
  /** When somebody stopped it, or null. */
  stopped: number | null;
  /** When it ended, and with which code; null for a success. `lost`: its process was killed. */
  over: { readonly at: number; readonly code: string | null } | null;
}

export interface UploadFlight extends FlightBase {
  readonly kind: 'upload';
  readonly message: Message;
  readonly store: Store;
  readonly signer: number;
  readonly name: string;
  /** It can be read once only, and its message is its own. */
  readonly stream: boolean;
  /** It shares the run of another that began before. */
  joined: boolean;
  /** The uploads that its run made or went on with, by object key, and since when it has to do with them. */
  readonly uploads: Map<string, TicketView & { readonly since: number }>;
}

export interface DownloadFlight extends FlightBase {
  readonly kind: 'download';
  readonly url: string;
  readonly path: string;
  /** The bytes that must be there. */
  readonly wanted: Uint8Array;
}

export type Flight = UploadFlight | DownloadFlight;

/** A message with a file, of one user. */
export interface Message {
  readonly mid: bigint;
  readonly actor: number;
  readonly runtime: number;
  readonly signer: number;
  readonly store: number;
  readonly file: number;
}

/** The messages of every world. Some are of one file, some of one process, some share all but the signer object. */
export const MESSAGES: readonly Message[] = [
  { mid: 1n, actor: 0, runtime: 0, signer: 0, store: 0, file: 0 },
  { mid: 2n, actor: 0, runtime: 0, signer: 0, store: 0, file: 0 },
  { mid: 3n, actor: 0, runtime: 0, signer: 1, store: 0, file: 0 },
  { mid: 4n, actor: 0, runtime: 1, signer: 0, store: 0, file: 0 },
  { mid: 5n, actor: 1, runtime: 0, signer: 0, store: 0, file: 0 },
  { mid: 6n, actor: 1, runtime: 0, signer: 0, store: 1, file: 1 },
  { mid: 7n, actor: 2, runtime: 0, signer: 0, store: 1, file: 2 },
];

/** Codes that follow from a bad line or a bad store. */
const BY_NETWORK: ReadonlySet<string> = new Set([
  'network',
  'timeout',
  'stalled',
  'server-error',
  'throttled',
  'offline',
  'bad-answer',
  'upload-incomplete',
]);

/** What kind of trouble explains a failure with this code; null: nothing does. */
export function troubleBehind(code: string): 'network' | 'disk' | 'edit' | null {
  if (BY_NETWORK.has(code)) return 'network';
  if (code === 'disk-full') return 'disk';
  if (code === 'file-changed') return 'edit';
  return null;
}
