import type { Origin } from './constants.ts';

/** A message id: an unsigned 64-bit integer, never a JavaScript number. On the wire it is a decimal string. */
export type Mid = bigint;

/** Fields of the POST that mesibo makes for {@link MesiboFileTransfer.start}. */
export type PostFields = Readonly<Record<string, string | number | bigint | boolean>>;

/**
 * One upload or download that mesibo wants done: its inputs, and the calls that report on it.
 * Source: mesibo's page "File Transfer and Hosting" and `Mesibo.h` 2.9.0 (the class exists since 2.0.0).
 *
 * Members marked *undocumented* are in the header only; what we say of them is our reading.
 *
 * @typeParam Context - what the handler keeps on the transfer between start and stop.
 */
export interface MesiboFileTransfer<Context = unknown> {
  /** True for an upload, false for a download. */
  readonly upload: boolean;
  /** 0 when mesibo asks by itself; else what the app gave to `startFileTransfer(priority)`. Larger is sooner (our reading). */
  readonly priority: number;
  /** Id of the message; 0 for a profile picture (our reading). */
  readonly mid: Mid;
  /** Time of the message in milliseconds since 1970, as everywhere in mesibo's messages. */
  readonly ts: number;
  /** Real time, pending or read from the database: one of `ORIGIN`. */
  readonly origin: Origin;
  /** What the file belongs to: one of `FILESOURCE`; other numbers are carried as they are. */
  readonly source: number;
  /** Which of a profile's several pictures. Since 2.4.0; *undocumented*. */
  readonly imageIndex: number;
  /**
   * The file is protected. Of a download, the handler must send a token or fail. mesibo documents it for downloads only;
   * this project's hosts set it for uploads too, so that the store learns what the sender wants.
   */
  readonly secure: boolean;
  /** The URL is a link to somewhere else, not a hosted file. *Undocumented.* */
  readonly externalLink: boolean;
  /** Whether progress should be notified. *Undocumented*; carried, without behaviour of ours. */
  readonly notifyProgress: boolean;
  /** The last percentage reported, 0 to 100. */
  readonly progress: number;
  /** A transfer is running. */
  readonly inProgress: boolean;
  /** The last result reported. */
  readonly result: boolean;

  /** Upload: the file to read. Download: the file to write. In a browser a handle's name, not a path. */
  getPath(): string;
  /** The URL to download; null for an upload. It may be relative, or anything the handler can interpret. */
  getUrl(): string | null;
  /** The app's own object, as set on the message's file. Since 2.4.0. */
  getUserObject(): unknown;
  /** iOS only: id of a Photos asset to upload; null elsewhere. */
  getLocalIdentifier(): string | null;
  /** iOS only: the Photos asset to upload; null elsewhere. */
  getPHAsset(): unknown;

  /**
   * Hands this one transfer back to mesibo, which uploads it by itself with this URL and these POST fields and reports
   * progress and result. The handler then returns true and does not call `setResult`.
   * What null means, and whether it works for downloads, is undocumented; our host takes a null URL for the
   * configured upload URL, null fields for the five standard ones, and refuses downloads.
   */
  start(url?: string | null, post?: PostFields | null): void;
  /**
   * Gives up. `false`: mesibo does not ask for this download again while the app lives. `true`: it may be asked for
   * again (our reading).
   */
  cancel(retryLater: boolean): void;
  /** Reports progress in whole percent, 0 to 100. mesibo then fires `Mesibo_onMessageUpdate`. */
  setProgress(percent: number): void;
  /** Ends the transfer. An upload that succeeded needs the URL; a download needs none. */
  setResult(success: boolean, url?: string | null): void;

  /** Keeps an object of the handler's on the transfer, so that stop can find what start began. */
  setFileTransferContext(context: Context | null): void;
  /** What {@link setFileTransferContext} was given last, or null. */
  getFileTransferContext(): Context | null;
}
