import type { SecureDownloads } from '../engine/download/secure.ts';
import type { Progress } from '../engine/ledger.ts';
import type { Source } from '../ports/ports.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Priority, StopSignal } from '../runtime/stopping.ts';
import type { ObjectFacts } from '../signer/object.ts';
import type { Signer } from '../signer/signer.ts';

interface TransferOptions {
  /** Queue, budget, connections and ports. Default: the process's own. */
  readonly runtime?: Runtime;
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the transfer; it rejects with `stopped` and can be continued later. Any AbortSignal. */
  readonly signal?: StopSignal;
  /** Larger first in the queue; a function is asked whenever a lane is free. Of joined transfers the largest counts. Default 0. */
  readonly priority?: Priority;
  /** One of `FILESOURCE`. Default `CUSTOM`. */
  readonly source?: number;
  /** Id of the message. Default 0n. */
  readonly mid?: bigint;
}

export interface UploadOptions extends TransferOptions {
  readonly signer: Signer;
  /**
   * The file: a path, which is looked at now and opened when its turn has come; or any {@link Source}. A source is closed
   * once: when the run that uses it is over, or when its own call ends because another's source is used.
   */
  readonly from: string | Source;
  /** Default: from the name's extension, else `application/octet-stream`. */
  readonly contentType?: string;
  /** The true file name. Default: the source's own. */
  readonly name?: string;
  /** mesibo's id of the sender. Default 0. */
  readonly uid?: number;
  /** The file is protected: a file server gives it to nobody without a token. Default false. */
  readonly secure?: boolean;
  /** Which of a profile's pictures. Default 0. */
  readonly imageIndex?: number;
}

export interface DownloadOptions extends TransferOptions {
  /** The first that owns the URL is asked. */
  readonly signers: readonly Signer[];
  readonly url: string;
  /** Where the file goes; it appears there whole or not at all. */
  readonly to: string;
  /** What to do with a URL that no signer owns: `refuse` (default, `foreign-url`) or fetch it plainly. */
  readonly foreignUrls?: 'refuse' | 'plain';
  /**
   * Hosts (`host`, or `host:port` where the port is not the scheme's own) that a plain download may reach although
   * their address is loopback, private or link-local. Default none.
   */
  readonly privateHosts?: readonly string[];
  /**
   * The file is protected. A signer that owns the URL has its own way; any other URL is fetched with a token, as
   * `secureDownloads` says, or not at all (`unauthorised`), whatever `foreignUrls` says. Default false.
   */
  readonly secure?: boolean;
  /** The token of protected files, and where it may go. Default none. */
  readonly secureDownloads?: SecureDownloads;
}

/** A finished download. */
export interface DownloadedFile extends ObjectFacts {
  readonly url: string;
  readonly path: string;
}
