import type { Patch } from './metadata/boxes.ts';
import { isoFacts } from './metadata/iso-media.ts';
import { startsAsPicture } from './metadata/strip.ts';
import { canvasCodec } from './picture/canvas-codec.ts';
import type { PictureCodec } from './picture/codec.ts';
import { posterOf } from './picture/poster.ts';
import {
  checkMediaOptions,
  type MediaFacts,
  type MediaOptions,
  preparePicture,
  unprepared,
} from './prepare.ts';

/** How a Blob or a File of a page is prepared. */
export interface BlobMediaOptions extends MediaOptions {
  /** Default: the browser's canvas; null: none. */
  readonly codec?: PictureCodec | null;
  /** Makes a picture of a film's first seconds. Default: a `video` element of the page. */
  readonly poster?: (film: Blob) => Promise<Uint8Array | null>;
  /** Bytes of a picture that is read into memory at most; a larger one is sent as it is. Default 64 MiB. */
  readonly maxPictureSize?: number;
}

export interface PreparedBlob extends MediaFacts {
  /** What is to be sent; the given one where nothing had to be changed. */
  readonly blob: Blob;
}

const PICTURE_MOST = 64 * 1024 * 1024;
const ZEROS = new Uint8Array(64 * 1024);

/**
 * Prepares a Blob before it is sent, in a page or in a worker: as `prepareFile` does in Node. A film is not read but for its
 * description: the new Blob is made of pieces of the old one.
 *
 * @throws `invalid-argument`
 */
export async function prepareBlob(blob: Blob, options: BlobMediaOptions = {}): Promise<PreparedBlob> {
  const { removeMetadata = true } = checkMediaOptions(options);
  const film = await isoFacts({
    size: blob.size,
    read: async (at, length) => new Uint8Array(await blob.slice(at, at + length).arrayBuffer()),
  });
  if (film?.kind === 'video') {
    const { patches, width, height, duration } = film;
    const codec = options.codec === undefined ? canvasCodec() : options.codec;
    const poster = await filmThumbnail(blob, codec, options);
    const clean = removeMetadata && patches.length > 0 ? patched(blob, patches) : blob;
    return { format: 'video', width, height, duration, ...poster, blob: clean };
  }
  // Only a picture is read whole.
  const start = new Uint8Array(await blob.slice(0, 16).arrayBuffer());
  if (film === null && !startsAsPicture(start)) return { ...unprepared('unknown-format'), blob };
  if (blob.size > (options.maxPictureSize ?? PICTURE_MOST)) return { ...unprepared('too-large'), blob };
  const codec = options.codec === undefined ? canvasCodec() : options.codec;
  const { bytes, ...facts } = await preparePicture(new Uint8Array(await blob.arrayBuffer()), codec, options);
  if (bytes === null) return { ...facts, blob };
  const type = facts.format === 'heif' ? blob.type : `image/${facts.format}`;
  return { ...facts, blob: new Blob([Uint8Array.from(bytes)], { type }) };
}

/** A film's thumbnail is one of its poster, which a page can make and a worker can't. */
async function filmThumbnail(
  film: Blob,
  codec: PictureCodec | null,
  options: BlobMediaOptions,
): Promise<Pick<MediaFacts, 'thumbnail' | 'thumbhash' | 'problems'>> {
  const none = { thumbnail: null, thumbhash: null };
  if (options.sendThumbnail === false) return { ...none, problems: [] };
  try {
    const poster = await (options.poster ?? posterOf)(film);
    if (poster === null || codec === null)
      return { ...none, problems: [{ step: 'thumbnail', reason: 'no-codec' }] };
    const { thumbnail, thumbhash, problems } = await preparePicture(poster, codec, {
      ...options,
      removeMetadata: false,
      imageProcessing: false,
    });
    return { thumbnail, thumbhash, problems };
  } catch (cause) {
    return { ...none, problems: [{ step: 'thumbnail', reason: 'not-decodable', cause }] };
  }
}

function patched(blob: Blob, patches: readonly Patch[]): Blob {
  const pieces: (Blob | Uint8Array<ArrayBuffer>)[] = [];
  let done = 0;
  for (const { at, length, bytes } of [...patches].sort((left, right) => left.at - right.at)) {
    // One that begins in another one has been overwritten with it.
    const from = Math.max(at, done);
    const end = at + length;
    if (end <= from) continue;
    if (from > done) pieces.push(blob.slice(done, from));
    if (bytes !== null) pieces.push(Uint8Array.from(bytes.subarray(from - at)));
    else for (let left = end - from; left > 0; left -= ZEROS.length) pieces.push(ZEROS.slice(0, left));
    done = end;
  }
  pieces.push(blob.slice(done));
  return new Blob(pieces, { type: blob.type });
}
