import type { Signer } from '../../signer/signer.ts';

/** One download: what comes from where. */
export interface DownloadJob {
  readonly signer: Signer;
  readonly url: string;
  /** Where the temporary file goes beside. */
  readonly path: string;
  /** Where the file goes once it is whole: asked at the end, for the first who wanted it may have given up. */
  readonly finalPath: () => string;
  /** Told when an earlier attempt is continued, with the bytes that are here already. */
  readonly onResumed: (bytes: number) => void;
}
