export type Direction = 'upload' | 'download';
export type Scheme = 'http' | 'https';
export type Cloud = 's3' | 'gcs' | 'azure';

export type SubjectName =
  | 'ours'
  | 'ours, multipart'
  | 'ours, MD5'
  | 'lib-storage'
  | 'GetObject'
  | 'bucket.upload'
  | 'file.download'
  | 'uploadFile'
  | 'downloadToFile'
  | 'curl';

/** One run of one subject: a child process moves the warm-up, and then what is measured. */
export interface Job {
  readonly cloud: Cloud;
  readonly subject: SubjectName;
  readonly direction: Direction;
  /** Of the store, with no slash at the end. */
  readonly origin: string;
  readonly warmUp: Transfer;
  readonly measured: Transfer;
}

/** One file to move. */
export interface Transfer {
  /** Of an upload the file to send; of a download the file to write. */
  readonly path: string;
  /** Last part of the object's key. */
  readonly object: string;
  /** Bytes. */
  readonly size: number;
}

/** Moves one file; resolves when the subject says that it is done. */
export type Move = (transfer: Transfer) => Promise<void>;

/** What one run took. Seconds and bytes. */
export interface Sample {
  readonly wall: number;
  /** User and system time of the client process during the transfer, all its threads. */
  readonly cpu: number;
  /** The same from the start of the process to its end: with loading of modules and warm-up. */
  readonly wholeCpu: number;
  /** Peak resident memory of the client process. */
  readonly memory: number;
  /** CPU time of the store during the whole run, warm-up included; null where it can't be read. */
  readonly storeCpu: number | null;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The samples of one subject in one setting. */
export interface Series {
  readonly subject: SubjectName;
  readonly direction: Direction;
  readonly scheme: Scheme;
  readonly size: number;
  readonly samples: readonly Sample[];
}

/** The store that all subjects talk to. */
export interface Store {
  /** What it is, for people. */
  readonly kind: string;
  readonly origins: Readonly<Record<Scheme, string>>;
  /** CPU seconds of all its processes so far. */
  cpu(): number | null;
  close(): void;
}
