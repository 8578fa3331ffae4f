import type { PictureCodec } from './picture/codec.ts';
import { sharpCodec } from './picture/sharp-codec.ts';
import { preparePicture } from './prepare.ts';
import { type FileMediaOptions, type PreparedFile, prepareFile } from './prepare-file.ts';

/** What mesibo-host's option `media` takes. */
export interface NodeMedia {
  prepare(path: string, wishes: FileMediaOptions): Promise<PreparedFile>;
  /** A thumbnail of a picture in memory; null: none could be made. */
  thumbnail(image: Uint8Array): Promise<Uint8Array | null>;
}

/**
 * Prepares the files of mesibo-host's messages: `new MesiboNetwork({ media: nodeMedia() })`.
 *
 * @param options - what all files have in common, such as `maxSide` and `codec`; a message's own wishes go before
 */
export function nodeMedia(options: Omit<FileMediaOptions, 'folder'> = {}): NodeMedia {
  let loaded: Promise<PictureCodec | null> | null = null;
  const codec = (): Promise<PictureCodec | null> => {
    loaded ??= options.codec === undefined ? sharpCodec() : Promise.resolve(options.codec);
    return loaded;
  };
  return {
    prepare: async (path, wishes) => prepareFile(path, { ...options, ...wishes, codec: await codec() }),
    async thumbnail(image) {
      const wishes = { ...options, removeMetadata: false, imageProcessing: false, sendThumbnail: true };
      return (await preparePicture(image, await codec(), wishes)).thumbnail;
    },
  };
}
