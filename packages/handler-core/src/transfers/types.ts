import type { SecureDownloads } from '../engine/download/secure.ts';
import type { Progress } from '../engine/ledger.ts';
import type { Source } from '../ports/ports.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Priority, StopSignal } from '../runtime/stopping.ts';
import type { ObjectFacts } from '../signer/object.ts';
import type { Signer } from '../signer/signer.ts';
import type { NodeByteSink, WebByteSink } from './download-to.ts';
import type { UploadFrom } from './upload-from.ts';

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
   * The file: a path, bytes, a Blob or File, a stream, a URL or a {@link Source}. A stream and a source are closed once:
   * when the run that uses them is over, or when their own call ends because another's source is used.
   */
  readonly from: UploadFrom;
  /** Default: what a File, a Blob or a URL's server states, else from the name's extension, else `application/octet-stream`. */
  readonly contentType?: string;
  /** The true file name. Default: the source's own; of bytes and streams that have none, `file`. */
  readonly name?: string;
  /**
   * Bytes of a stream, where they are known beforehand: the progress then has a total. A stream of another length fails
   * (`file-changed`). Ignored for what has a length of its own. Default: unknown, at most `limits.maxStreamSize`.
   */
  readonly size?: number;
  /**
   * Hosts (`host`, or `host:port` where the port is not the scheme's own) that a URL in `from` may reach although their
   * address is loopback, private or link-local. Default none.
   */
  readonly privateHosts?: readonly string[];
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

/** A download that answers the bytes themselves. */
export interface DownloadBytesOptions extends Omit<DownloadOptions, 'to'> {
  readonly to?: undefined;
  /** Bytes at most; a larger file fails as `file-too-large` before anything is fetched. Default 100 MiB. */
  readonly maxBytes?: number;
}

/** A download into a stream. */
export interface DownloadStreamOptions extends Omit<DownloadOptions, 'to'> {
  /** A Node `Writable` (`process.stdout`, too) or a web `WritableStream`. It is ended, or destroyed with the error. */
  readonly to: NodeByteSink | WebByteSink;
}

/** A finished download. */
export interface DownloadedFile extends ObjectFacts {
  readonly url: string;
  readonly path: string;
}

/** A finished download into memory. */
export interface DownloadedBytes extends ObjectFacts {
  readonly url: string;
  readonly bytes: Uint8Array;
}

/** A finished download into a stream. */
export interface DownloadedStream extends ObjectFacts {
  readonly url: string;
}
