import type { Connectivity } from '../contract/constants.ts';
import type { HashPort } from '../digest/hash.ts';
import type { Journal } from './journal.ts';

/** Time, so that tests can hold it. */
export interface Clock {
  /** The device's clock, in milliseconds since 1970. It may be wrong; nothing signed depends on it. */
  now(): number;
  /** Milliseconds on a clock that never jumps. */
  monotonic(): number;
  /** Calls back after so many milliseconds; the answer cancels. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Chance, so that tests can hold it. */
export interface RandomPort {
  /** A number from 0 up to, not including, 1: for jitter. */
  fraction(): number;
  /** Cryptographically random bytes: for names that can't be guessed. */
  bytes(count: number): Uint8Array;
}

/** The state of the device's network, as `Mesibo.getNetworkConnectivity()` tells it. */
export interface NetworkPort {
  connectivity(): Connectivity;
  /** Whether automatic transfers need not spare a network of unknown kind, as on a server. Default false. */
  readonly freeIfUnknown?: boolean;
  /** Calls back on every change; the answer unsubscribes. */
  onChange(callback: (connectivity: Connectivity) => void): () => void;
}

/** The body of a request: its size, and slices that can be taken again for each attempt. */
export interface HttpBody {
  /** Bytes. */
  readonly size: number;
  /** The bytes in order, in pieces of any size, none empty. */
  slices(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  /** Ends the request; the socket is closed at once. */
  readonly signal: AbortSignal;
  /** Connect to public addresses only, judged by the address connected to, never by the name. Default false. */
  readonly publicOnly?: boolean;
  /** Called when bytes of the body were handed to the network. */
  readonly onSent?: (bytes: number) => void;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; values of repeated headers are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Hands over the body, chunk by chunk, in order. A chunk is valid only until the callback returns or its promise
   * resolves. The promise of `consume` resolves at the end of the body, and rejects with `network` when it is cut off.
   */
  consume(onChunk: (chunk: Uint8Array) => void | Promise<void>): Promise<void>;
  /** The first bytes of the body as text; the rest is thrown away. `limit` in bytes. */
  text(limit: number): Promise<string>;
  /**
   * Throws the body away, and gives the connection back where that is cheap, else closes it. Nothing happens when the
   * body was taken already.
   */
  discard(): Promise<void>;
}

/**
 * Plain HTTP, one request at a time, no retry, no redirect. `send` resolves when the status and headers are there, and
 * rejects with a `TransferError`: `network`, `host-not-found`, `tls`, `timeout`, `address-forbidden`, `stopped`.
 */
export interface HttpPort {
  send(request: HttpRequest): Promise<HttpAnswer>;
}

/** The facts of a file to upload. */
export interface SourceFacts {
  /** Bytes, or null for a stream. */
  readonly size: number | null;
  /** Changes when the file changes (size, time of change, inode); null for what can't be read twice. */
  readonly fingerprint: string | null;
  /** The file's name without its folder. */
  readonly name: string;
  /** Its media type, where the source itself states one. Absent: the name's extension tells. */
  readonly contentType?: string;
}

/**
 * Whether a file is what it was. `read-again`: size, time and inode are, but something was changed about it: its mode, its
 * links, or its bytes with the time put back. Only its bytes can tell.
 */
export type Unchanged = boolean | 'read-again';

/** Bytes to upload. */
export interface Source {
  readonly facts: SourceFacts;
  /** Whether any offset can be read, again and again. False for a stream. */
  readonly replayable: boolean;
  /**
   * Fills the buffer from this offset as far as the source goes, and answers how many bytes it got; fewer than the
   * buffer holds only at the end. A source that is not replayable is read at ascending offsets only.
   * @throws `file-unreadable`, `file-io`
   */
  read(offset: number, buffer: Uint8Array): Promise<number>;
  /**
   * Looks again: false when the file is no longer what {@link facts} say.
   *
   * What the platform can't tell: in Node, an edit within the tick of the clock in which the file was opened (some
   * milliseconds; on FAT and some network drives seconds, which keep no time of change), or through a map of memory that
   * was not flushed. In a browser, an edit of the same size whose time was put back; a Blob that is no File never changes.
   */
  unchanged(): Promise<Unchanged>;
  close(): Promise<void>;
}

/** Bytes from `first` to before `end`. */
export interface Stretch {
  readonly first: number;
  readonly end: number;
}

/** Bytes being downloaded, beside their target until they are whole. One run has it alone. */
export interface Target {
  /** Bytes from offset 0 on that an earlier attempt left, as it said by {@link keep}. */
  readonly kept: number;
  /** What it left beyond {@link kept}, in order, with gaps between. Absent: nothing. */
  readonly keptBeyond?: readonly Stretch[];
  /** Writes at an offset; the buffer may be reused when the promise resolves. @throws `disk-full`, `file-io` */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** Reads back, to verify what an earlier attempt left. */
  read(offset: number, buffer: Uint8Array): Promise<number>;
  /**
   * Notes that every byte from `first` (default 0) to before `upTo` was written, so that another attempt may go on from
   * there. It may take a while until that would survive a crash, and it does not fail: it costs only the continuation.
   */
  keep(upTo: number, first?: number): Promise<void>;
  /**
   * Puts a further copy in a place, whole or not at all, replacing what is there. To be called before {@link commit}.
   * @throws as {@link FilePort.openTarget}
   */
  copy(path: string): Promise<void>;
  /**
   * Flushes, and moves into place, replacing what is there. When the place is at fault, another may be tried.
   * @throws `target-folder-missing`, `target-not-writable`, `disk-full`, `file-io`
   */
  commit(path: string): Promise<void>;
  /** Closes an uncommitted target. True: what {@link keep} noted stays for the next attempt; false: nothing stays. */
  close(keep: boolean): Promise<void>;
  /** Bytes that are free where the file goes, or null where nobody can tell. Absent: nobody can. */
  freeSpace?(): Promise<number | null>;
}

/** How a target is opened. */
export interface TargetOptions {
  /**
   * Nothing else proves that the bytes of an earlier attempt are the ones it received: the target must prove it, or keep
   * nothing. Default false: its reader compares a digest.
   */
  readonly prove?: boolean;
}

/** The files of the device. A path is what mesibo gave: a file path, or the name of a handle in a browser. */
export interface FilePort {
  /** Looks at a file without opening it. @throws as {@link openSource} */
  look(path: string): Promise<SourceFacts>;
  /** @throws `file-not-found`, `file-not-a-file`, `file-unreadable` */
  openSource(path: string): Promise<Source>;
  /**
   * Opens a temporary file beside the target. `resumeKey`: names what is being downloaded (URL and version); an
   * earlier attempt's bytes are kept only if it is the same, and nobody is at work on them. Null: nothing is continued,
   * now or later.
   * @throws `target-folder-missing`, `target-not-writable`, `disk-full`
   */
  openTarget(path: string, resumeKey: string | null, options?: TargetOptions): Promise<Target>;
  /**
   * Removes temporary files from a folder that nobody has touched for so many milliseconds, and nobody is at work on.
   * Answers how many. Absent: there are none that outlive the process.
   */
  sweep?(folder: string, olderThan: number): Promise<number>;
}

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
