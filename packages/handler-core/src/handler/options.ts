import type { MesiboFileTransfer } from '../contract/file-transfer.ts';
import type { SecureDownloads } from '../engine/download/secure.ts';
import type { TransferError } from '../errors/transfer-error.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Signer } from '../signer/signer.ts';

/** Options that every provider's handler takes beside its own. */
export interface HandlerOptions {
  /** mesibo's id of this user (`Mesibo.getUid()`), kept with every object. Default 0. */
  readonly uid?: number | (() => number);
  /** Queue, budget, connections and journal. Default: the process's own. */
  readonly runtime?: Runtime;
  /** Further signers whose URLs are downloaded: an old bucket, for one. */
  readonly alsoRead?: readonly Signer[];
  /**
   * Where relative URLs of messages are: `photos/1.jpg` becomes `<downloadBaseUrl>/photos/1.jpg`, as in mesibo's samples. An
   * absolute http(s) URL. Default none: a relative URL fails with `invalid-url`.
   */
  readonly downloadBaseUrl?: string;
  /** What to do with a URL that no signer owns: `refuse` (default) or fetch it plainly, without any credential. */
  readonly foreignUrls?: 'refuse' | 'plain';
  /** Hosts (`host` or `host:port`) that a plain download may reach although their address is private. Default none. */
  readonly privateHosts?: readonly string[];
  /**
   * How protected files (`secure`) are downloaded whose URL no signer owns. Default: not at all; they fail as
   * `unauthorised`, and are never fetched plainly.
   */
  readonly secureDownloads?: SecureDownloads;
  /**
   * Told why a transfer failed, just before `setResult(false)`, which carries no reason.
   * Default: one line on `console.warn` with code, message and hint.
   */
  readonly onError?: (error: TransferError, file: MesiboFileTransfer) => void;
}

/** Options of a handler around any signer. */
export interface SignedHandlerOptions extends HandlerOptions {
  /** Signs uploads, and downloads of its own URLs. */
  readonly signer: Signer;
}

/** Options of every handler, which are none of its signer's. */
const OF_HANDLERS: Readonly<Record<keyof HandlerOptions, true>> = {
  uid: true,
  runtime: true,
  alsoRead: true,
  downloadBaseUrl: true,
  foreignUrls: true,
  privateHosts: true,
  secureDownloads: true,
  onError: true,
};

/** What of a handler's options is its signer's, which refuses names that it does not know. */
export function signerOptions<Options extends object>(options: Options & HandlerOptions): Options {
  if (typeof options !== 'object' || options === null) return options;
  const own = Object.entries(options).filter(([name]) => !Object.hasOwn(OF_HANDLERS, name));
  return Object.fromEntries(own) as Options;
}
