import type { PictureCodec, PictureWish } from './codec.ts';

// The few shapes of browsers that are used here; DOM's own types would make the whole package believe it runs in one.
interface Bitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}
interface Context {
  fillStyle: string;
  fillRect(x: number, y: number, width: number, height: number): void;
  drawImage(
    image: Bitmap,
    ...numbers: readonly [number, number, number, number, number, number, number, number]
  ): void;
  getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
}
interface Canvas {
  getContext(kind: '2d'): Context | null;
  convertToBlob(options: { readonly type: string; readonly quality: number }): Promise<Blob>;
}

/** What of a page, or of a worker, is needed. */
export interface CanvasGlobals {
  readonly OffscreenCanvas?: new (width: number, height: number) => Canvas;
  readonly createImageBitmap?: (
    blob: Blob,
    options?: { readonly imageOrientation: 'from-image' },
  ) => Promise<Bitmap>;
}

/**
 * The codec of a browser, in a page or in a worker; null where it has none. It decodes what the browser decodes: HEIC only in
 * Safari.
 */
export function canvasCodec(globals: CanvasGlobals = globalThis as CanvasGlobals): PictureCodec | null {
  const { OffscreenCanvas, createImageBitmap } = globals;
  if (OffscreenCanvas === undefined || createImageBitmap === undefined) return null;
  const opened = async <T>(picture: Uint8Array, use: (bitmap: Bitmap) => T | Promise<T>): Promise<T> => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(picture)]), {
      imageOrientation: 'from-image',
    });
    try {
      return await use(bitmap);
    } finally {
      bitmap.close();
    }
  };
  const drawn = (
    bitmap: Bitmap,
    wish: PictureWish,
  ): { canvas: Canvas; context: Context; width: number; height: number } => {
    const { x, y, cutWidth, cutHeight, width, height } = placed(bitmap, wish);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('the browser has no 2D canvas');
    if (wish.format === 'jpeg') {
      context.fillStyle = '#ffffff';
      context.fillRect(0, 0, width, height);
    }
    context.drawImage(bitmap, x, y, cutWidth, cutHeight, 0, 0, width, height);
    return { canvas, context, width, height };
  };
  return {
    encode: (picture, wish) =>
      opened(picture, async (bitmap) => {
        const { canvas, width, height } = drawn(bitmap, wish);
        const type = `image/${wish.format}`;
        const blob = await canvas.convertToBlob({ type, quality: wish.quality / 100 });
        // A browser that can't write a format writes PNG instead.
        if (blob.type !== type) throw new Error(`the browser can not write ${type}`);
        return { bytes: new Uint8Array(await blob.arrayBuffer()), width, height };
      }),
    size: (picture) => opened(picture, ({ width, height }) => ({ width, height })),
    pixels: (picture, maxSide) =>
      opened(picture, (bitmap) => {
        const wish = { format: 'png', maxSide, aspectRatio: 0, quality: 100 } as const;
        const { context, width, height } = drawn(bitmap, wish);
        return { width, height, rgba: Uint8Array.from(context.getImageData(0, 0, width, height).data) };
      }),
  };
}

/** Which part is cut out of the middle, and how large it is drawn. */
function placed(
  bitmap: Pick<Bitmap, 'width' | 'height'>,
  { maxSide, aspectRatio }: PictureWish,
): Readonly<Record<'x' | 'y' | 'cutWidth' | 'cutHeight' | 'width' | 'height', number>> {
  const ratio = aspectRatio > 0 ? aspectRatio : bitmap.width / bitmap.height;
  const cutWidth = Math.min(bitmap.width, bitmap.height * ratio);
  const cutHeight = cutWidth / ratio;
  const scale = Math.min(1, maxSide / Math.max(cutWidth, cutHeight));
  return {
    x: (bitmap.width - cutWidth) / 2,
    y: (bitmap.height - cutHeight) / 2,
    cutWidth,
    cutHeight,
    width: Math.max(1, Math.round(cutWidth * scale)),
    height: Math.max(1, Math.round(cutHeight * scale)),
  };
}
