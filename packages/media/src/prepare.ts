import { TransferError } from '@mesibo-files/handler-core';
import { rgbaToThumbHash } from 'thumbhash';
import { isoFacts } from './metadata/iso-media.ts';
import { inMemory, type MediaFormat, stripMetadata } from './metadata/strip.ts';
import type { PictureCodec, PictureWish } from './picture/codec.ts';

/** What is done with a file. The names are those of mesibo's message properties where mesibo has one. */
export interface MediaOptions {
  /** Removes Exif with GPS, XMP and other metadata. Default true. */
  readonly removeMetadata?: boolean;
  /** Shrinks pictures to `maxSide`, and makes JPEG of HEIC. Default false, as in mesibo. */
  readonly imageProcessing?: boolean;
  /** Pixels of a picture's longer side at most, when it is shrunk. From 1, default 2048. */
  readonly maxSide?: number;
  /** Bytes below which a picture is not encoded anew; mesibo's `passthroughSize`. Default 0. */
  readonly passthroughSize?: number;
  /** From 1 to 100, default 82. */
  readonly quality?: number;
  /** Makes a thumbnail, and its hash. Default true, as mesibo sends one. */
  readonly sendThumbnail?: boolean;
  /** Twice the side, at a better quality. Default false. */
  readonly sendHqThumbnail?: boolean;
  /** Pixels of the thumbnail's longer side; 0, the default: 160. */
  readonly thumbnailMaxSide?: number;
  /** Width by height of the thumbnail, cut out of the middle; 0, the default: that of the picture. */
  readonly thumbnailAspectRatio?: number;
  /** Bytes of the thumbnail at most; 0, the default: 64 KiB, the most that a message carries. */
  readonly maxPreviewSize?: number;
}

/** Why something could not be done; the file is sent as it is then. */
export interface MediaProblem {
  readonly step: 'metadata' | 'picture' | 'thumbnail' | 'size';
  /** `unknown-format`, `malformed`, `too-large`, `no-codec`, or `not-decodable`. */
  readonly reason: 'unknown-format' | 'malformed' | 'too-large' | 'no-codec' | 'not-decodable';
  readonly cause?: unknown;
}

/** What is known of a file that was prepared. */
export interface MediaFacts {
  /** What it is now; null: neither picture nor film. */
  readonly format: MediaFormat | null;
  /** Pixels, as it is seen; 0: unknown. */
  readonly width: number;
  readonly height: number;
  /** Milliseconds of a film; 0: unknown, or a picture. */
  readonly duration: number;
  /** A small JPEG for `setThumbnail`; null: none. */
  readonly thumbnail: Uint8Array | null;
  /** Some 25 bytes that make a blurred picture before the thumbnail is there (thumbhash); null: none. */
  readonly thumbhash: Uint8Array | null;
  readonly problems: readonly MediaProblem[];
}

/** A picture in memory that was prepared. */
export interface PreparedPicture extends MediaFacts {
  /** What is to be sent; null: the file as it is. */
  readonly bytes: Uint8Array | null;
}

const DEFAULTS = { maxSide: 2048, quality: 82, thumbnailSide: 160, thumbnailBytes: 64 * 1024 };
const HASH_SIDE = 100;

/** @throws `invalid-argument` that names every option out of its bounds */
export function checkMediaOptions(options: MediaOptions): MediaOptions {
  const bounds = {
    maxSide: [1, 65_535],
    quality: [1, 100],
    passthroughSize: [0, Number.MAX_SAFE_INTEGER],
    thumbnailMaxSide: [0, 65_535],
    thumbnailAspectRatio: [0, 100],
    maxPreviewSize: [0, Number.MAX_SAFE_INTEGER],
  } as const;
  const mistakes = Object.entries(bounds).flatMap(([name, [least, most]]) => {
    const value = options[name as keyof typeof bounds] ?? least;
    return value >= least && value <= most ? [] : [`${name} must be from ${least} to ${most}`];
  });
  if (mistakes.length > 0) throw new TransferError('invalid-argument', mistakes.join('; '));
  return options;
}

/**
 * Prepares a picture in memory: freed of metadata, upright, shrunk, with thumbnail and hash, as far as the options ask for it
 * and the codec can do it. It never fails for a file's sake: what can't be done is left out, and `problems` say why.
 */
export async function preparePicture(
  picture: Uint8Array,
  codec: PictureCodec | null,
  options: MediaOptions = {},
): Promise<PreparedPicture> {
  const { removeMetadata = true, sendThumbnail = true } = checkMediaOptions(options);
  const problems: MediaProblem[] = [];
  const stripped = await stripMetadata(picture);
  let bytes: Uint8Array | null = removeMetadata ? stripped.bytes : null;
  let { format } = stripped;
  if (removeMetadata && stripped.reason !== null)
    problems.push({ step: 'metadata', reason: stripped.reason });
  if (format === null || format === 'video')
    return { ...NOTHING, ...(await filmFacts(picture)), format, bytes, problems };
  if (codec === null) {
    problems.push({ step: 'picture', reason: 'no-codec' });
    return { ...NOTHING, format, bytes, problems };
  }
  const encoded = await reencoded(picture, format, codec, options, problems);
  if (encoded !== null) {
    ({ bytes } = encoded);
    format = encoded.format;
  }
  const shown = encoded?.bytes ?? picture;
  const size = encoded ?? (await tried(problems, 'size', () => codec.size(picture)));
  const thumbnail = sendThumbnail
    ? await tried(problems, 'thumbnail', () => thumbnailOf(shown, codec, options))
    : null;
  const thumbhash =
    thumbnail === null ? null : await tried(problems, 'thumbnail', () => hashOf(thumbnail, codec));
  const { width, height } = size ?? NOTHING;
  return { format, bytes, width, height, duration: 0, thumbnail, thumbhash, problems };
}

/** What is known of a file that is sent as it is. */
export function unprepared(reason: MediaProblem['reason']): MediaFacts {
  return { ...NOTHING, format: null, problems: [{ step: 'metadata', reason }] };
}

const NOTHING = { width: 0, height: 0, duration: 0, thumbnail: null, thumbhash: null } as const;

async function filmFacts(bytes: Uint8Array): Promise<Pick<MediaFacts, 'width' | 'height' | 'duration'>> {
  const { width, height, duration } = (await isoFacts(inMemory(bytes))) ?? NOTHING;
  return { width, height, duration };
}

/** The picture shrunk, or as JPEG; null: it stays as it is. */
async function reencoded(
  picture: Uint8Array,
  format: Exclude<MediaFormat, 'video'>,
  codec: PictureCodec,
  options: MediaOptions,
  problems: MediaProblem[],
): Promise<{ bytes: Uint8Array; format: MediaFormat; width: number; height: number } | null> {
  const { imageProcessing = false, maxSide = DEFAULTS.maxSide, quality = DEFAULTS.quality } = options;
  if (!imageProcessing || picture.length < (options.passthroughSize ?? 0)) return null;
  return tried(problems, 'picture', async () => {
    const { width, height } = await codec.size(picture);
    if (format !== 'heif' && Math.max(width, height) <= maxSide) return null;
    const target = format === 'heif' ? 'jpeg' : format;
    const wish: PictureWish = { format: target, maxSide, aspectRatio: 0, quality };
    return { ...(await codec.encode(picture, wish)), format: target };
  });
}

/** A small JPEG; where it has too many bytes, a smaller one. */
async function thumbnailOf(
  picture: Uint8Array,
  codec: PictureCodec,
  options: MediaOptions,
): Promise<Uint8Array> {
  const { sendHqThumbnail = false, thumbnailAspectRatio: aspectRatio = 0 } = options;
  const most = Math.min(options.maxPreviewSize || DEFAULTS.thumbnailBytes, DEFAULTS.thumbnailBytes);
  let maxSide = (options.thumbnailMaxSide || DEFAULTS.thumbnailSide) * (sendHqThumbnail ? 2 : 1);
  let quality = sendHqThumbnail ? 80 : 60;
  for (;;) {
    const { bytes } = await codec.encode(picture, { format: 'jpeg', maxSide, aspectRatio, quality });
    if (bytes.length <= most) return bytes;
    if (maxSide <= 8) throw new Error(`no thumbnail fits into ${most} bytes`);
    if (quality > 40) quality = 40;
    else maxSide = Math.ceil(maxSide * 0.7);
  }
}

async function hashOf(thumbnail: Uint8Array, codec: PictureCodec): Promise<Uint8Array> {
  const { width, height, rgba } = await codec.pixels(thumbnail, HASH_SIDE);
  return rgbaToThumbHash(width, height, rgba);
}

async function tried<T>(
  problems: MediaProblem[],
  step: MediaProblem['step'],
  run: () => Promise<T>,
): Promise<T | null> {
  try {
    return await run();
  } catch (cause) {
    problems.push({ step, reason: 'not-decodable', cause });
    return null;
  }
}
