/** What is known of a file to be uploaded. */
export interface SourceFacts {
  /** Bytes, or null for a stream. */
  readonly size: number | null;
  /** Changes when the file changes (size, time of change, inode); null for what can't be read twice. */
  readonly fingerprint: string | null;
  /** The file's name without its folder. */
  readonly name: string;
}

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
  /** Looks again: false when the file is no longer what {@link facts} say. */
  unchanged(): Promise<boolean>;
  close(): Promise<void>;
}

/** Bytes being downloaded, beside their target until they are whole. */
export interface Target {
  /** Bytes already there from an earlier attempt, from offset 0. */
  readonly kept: number;
  /** Writes at an offset; the buffer may be reused when the promise resolves. @throws `disk-full`, `file-io` */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** Reads back, to verify what an earlier attempt left. */
  read(offset: number, buffer: Uint8Array): Promise<number>;
  /** Shortens to this many bytes. */
  truncate(size: number): Promise<void>;
  /** Flushes, and renames into place. */
  commit(): Promise<void>;
  /** Closes. `keep`: what was written stays for the next attempt; else it is removed. */
  close(keep: boolean): Promise<void>;
}

/** The files of the device. A path is what mesibo gave: a file path, or the name of a handle in a browser. */
export interface FilePort {
  /** @throws `file-not-found`, `file-not-a-file`, `file-unreadable` */
  openSource(path: string): Promise<Source>;
  /**
   * Opens a temporary file beside the target. `resumeKey`: names what is being downloaded (URL and version); an
   * earlier attempt's bytes are kept only if it is the same.
   * @throws `target-folder-missing`, `target-not-writable`, `disk-full`
   */
  openTarget(path: string, resumeKey: string | null): Promise<Target>;
}
