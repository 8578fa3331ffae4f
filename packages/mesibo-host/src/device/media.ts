/** How a file is to be prepared, in the words of a message's properties. */
export interface MediaWishes {
  readonly imageProcessing: boolean;
  readonly sendThumbnail: boolean;
  readonly sendHqThumbnail: boolean;
  readonly thumbnailMaxSide: number;
  readonly thumbnailAspectRatio: number;
  readonly maxPreviewSize: number;
  readonly passthroughSize: number;
  /** A copy is sent even where nothing is changed, so that the file may change meanwhile. */
  readonly copyFiles: boolean;
  /** False: nothing but a thumbnail is wanted; the file stays as it is. */
  readonly removeMetadata: boolean;
  /** Where a prepared file goes. */
  readonly folder: string;
}

/** A file that was prepared. */
export interface PreparedMedia {
  /** What is to be sent: the given path where nothing was changed. */
  readonly path: string;
  /** A small JPEG; null: none could be made, or none was wanted. */
  readonly thumbnail: Uint8Array | null;
  /** What could not be done, and why. */
  readonly problems: readonly { readonly step: string; readonly reason: string }[];
  /** Removes what was made, once it was sent. */
  dispose(): Promise<void>;
}

/** Prepares pictures and films; `nodeMedia()` of `@mesibo-files/media` is one. */
export interface MediaPort {
  /** Prepares a file before it is sent. The file itself is never changed. */
  prepare(path: string, wishes: MediaWishes): Promise<PreparedMedia>;
  /** A thumbnail of a picture in memory; null: none could be made. */
  thumbnail(image: Uint8Array): Promise<Uint8Array | null>;
}
