import type { Sharp, SharpOptions } from 'sharp';
import type { PictureCodec, PictureWish } from './codec.ts';

type SharpModule = (input: Uint8Array, options?: SharpOptions) => Sharp;

/** Pixels of the largest picture that is decoded: a small file can hold a picture that fills the memory. */
const PIXELS_MOST = 100_000_000;

/** The codec of Node, by `sharp`; null where that is not installed, or has no build for this machine. */
export async function sharpCodec(): Promise<PictureCodec | null> {
  const loaded: { readonly default: SharpModule } | null = await import('sharp').catch(() => null);
  return loaded === null ? null : codecOf(loaded.default);
}

function codecOf(sharp: SharpModule): PictureCodec {
  const open = (picture: Uint8Array): Sharp =>
    sharp(picture, { limitInputPixels: PIXELS_MOST, failOn: 'error' }).rotate();
  return {
    async encode(picture, wish) {
      const { data, info } = await encoded(
        shrunk(open(picture), wish, await sizeOf(sharp, picture)),
        wish,
      ).toBuffer({
        resolveWithObject: true,
      });
      return { bytes: new Uint8Array(data), width: info.width, height: info.height };
    },
    size: (picture) => sizeOf(sharp, picture),
    async pixels(picture, maxSide) {
      const { data, info } = await open(picture)
        .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
        .toColourspace('srgb')
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      return { width: info.width, height: info.height, rgba: new Uint8Array(data) };
    },
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

async function sizeOf(sharp: SharpModule, picture: Uint8Array): Promise<Size> {
  const { autoOrient } = await sharp(picture, { limitInputPixels: PIXELS_MOST }).metadata();
  return { width: autoOrient.width, height: autoOrient.height };
}

function shrunk(image: Sharp, { maxSide, aspectRatio }: PictureWish, size: Size): Sharp {
  if (aspectRatio <= 0) {
    return image.resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true });
  }
  // The part that is cut out, no larger than the picture is.
  const width = Math.min(size.width, size.height * aspectRatio);
  const scale = Math.min(1, maxSide / Math.max(width, width / aspectRatio));
  return image.resize({
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round((width / aspectRatio) * scale)),
    fit: 'cover',
  });
}

function encoded(image: Sharp, { format, quality }: PictureWish): Sharp {
  if (format === 'png') return image.png();
  if (format === 'webp') return image.webp({ quality });
  return image.flatten({ background: '#ffffff' }).jpeg({ quality, mozjpeg: true });
}
