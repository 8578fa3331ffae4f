import type { Target } from '../../ports/ports.ts';
import type { Signer } from '../../signer/signer.ts';
import type { SecureDownloads } from './secure.ts';

/** Where the file of a download goes. The run has the bytes; who waits for them, and where, may change meanwhile. */
export interface Destination {
  /**
   * Opens a temporary file. `version`: tells these bytes from any others that the URL had or will have; null: they can't be
   * told, so they are not continued. `prove`: no digest will tell whether what was kept is right.
   * @throws as `FilePort.openTarget`, when nobody who waits has a place for it
   */
  open(version: string | null, prove: boolean): Promise<Target>;
  /** The file is whole: puts it in the place of everybody who waits. @throws when nobody got it */
  place(target: Target): Promise<void>;
}

/** One download: what comes from where. */
export interface DownloadJob {
  readonly signer: Signer;
  readonly url: string;
  readonly destination: Destination;
  /** Told when an earlier attempt is continued, with the bytes that are here already. */
  readonly onResumed: (bytes: number) => void;
}

/** A download from somewhere that no signer knows. */
export interface PlainJob {
  readonly url: string;
  readonly destination: Destination;
  /** Hosts (as in `host` or `host:port`) that may have a private address. */
  readonly privateHosts: readonly string[];
  /** The file is protected: how its token is had, and where it may go. Null: it is public. */
  readonly secure: SecureDownloads | null;
  /** Told when an earlier run is continued, with the bytes that are here already. */
  readonly onResumed: (bytes: number) => void;
}
