import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { thumbHashToRGBA } from 'thumbhash';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encode, film, holds, picture, tagged } from '../test/fixtures.ts';
import { type CanvasGlobals, canvasCodec } from './picture/canvas-codec.ts';
import { type PosterGlobals, posterOf } from './picture/poster.ts';
import { sharpCodec } from './picture/sharp-codec.ts';
import { preparePicture } from './prepare.ts';
import { prepareBlob } from './prepare-blob.ts';
import { prepareFile } from './prepare-file.ts';

const codec = await sharpCodec();

describe('a picture', () => {
  it('is freed of metadata, with a thumbnail and its hash, and is otherwise as it was', async () => {
    const photo = await encode(tagged(picture(800, 600), 6), 'jpeg');
    const made = await preparePicture(photo, codec);
    expect(made).toMatchObject({ format: 'jpeg', width: 600, height: 800, duration: 0, problems: [] });
    expect([
      holds(made.bytes ?? photo, 'GPS-SECRET'),
      (await sharp(made.bytes ?? photo).metadata()).orientation,
    ]).toEqual([false, 6]);
    const small = await sharp(made.thumbnail ?? photo).metadata();
    expect([small.format, small.width, small.height, small.orientation, small.exif]).toEqual([
      'jpeg',
      120,
      160,
      undefined,
      undefined,
    ]);
    // The corner that is blue is at the top right once the picture is upright.
    const { w, h, rgba } = thumbHashToRGBA(made.thumbhash ?? Uint8Array.of());
    const blue = (x: number, y: number): number => rgba[(y * w + x) * 4 + 2] ?? 0;
    expect([made.thumbhash?.length ?? 0, w < h]).toEqual([expect.any(Number), true]);
    expect(blue(w - 1, 0)).toBeGreaterThan(blue(0, h - 1));
  });

  it('is shrunk only when that is asked for, upright, and never made larger', async () => {
    const photo = await encode(tagged(picture(800, 600), 6), 'jpeg');
    const made = await preparePicture(photo, codec, { imageProcessing: true, maxSide: 400 });
    const facts = await sharp(made.bytes ?? photo).metadata();
    expect([facts.width, facts.height, facts.orientation, made.width, made.height]).toEqual([
      300,
      400,
      undefined,
      300,
      400,
    ]);
    const small = await preparePicture(photo, codec, { imageProcessing: true, maxSide: 5000 });
    expect((await sharp(small.bytes ?? photo).metadata()).orientation).toBe(6);
    const passed = await preparePicture(photo, codec, {
      imageProcessing: true,
      maxSide: 10,
      passthroughSize: 1e6,
    });
    expect(passed.width).toBe(600);
  });

  it('of HEIC’s kind becomes a JPEG where it can be decoded', async () => {
    const photo = await encode(tagged(picture(64, 64)), 'avif');
    const kept = await preparePicture(photo, codec);
    expect([kept.format, kept.bytes?.length]).toEqual(['heif', photo.length]);
    const made = await preparePicture(photo, codec, { imageProcessing: true });
    expect([made.format, (await sharp(made.bytes ?? photo).metadata()).format]).toEqual(['jpeg', 'jpeg']);
  });

  it('has the thumbnail that its options ask for', async () => {
    const photo = await encode(picture(800, 600), 'png');
    const size = async (options: Parameters<typeof preparePicture>[2]): Promise<unknown[]> => {
      const { thumbnail } = await preparePicture(photo, codec, options);
      const { width, height } = await sharp(thumbnail ?? photo).metadata();
      return [width, height];
    };
    expect(await size({ thumbnailMaxSide: 80 })).toEqual([80, 60]);
    expect(await size({ thumbnailMaxSide: 80, sendHqThumbnail: true })).toEqual([160, 120]);
    expect(await size({ thumbnailMaxSide: 80, thumbnailAspectRatio: 1 })).toEqual([80, 80]);
    expect(await size({ thumbnailMaxSide: 80, thumbnailAspectRatio: 0.5 })).toEqual([40, 80]);
    const tight = await preparePicture(photo, codec, { maxPreviewSize: 900 });
    expect(tight.thumbnail?.length).toBeLessThanOrEqual(900);
    const none = await preparePicture(photo, codec, { sendThumbnail: false });
    expect([none.thumbnail, none.thumbhash, none.width]).toEqual([null, null, 800]);
    const impossible = await preparePicture(photo, codec, { maxPreviewSize: 10 });
    expect([impossible.thumbnail, impossible.problems]).toEqual([
      null,
      [expect.objectContaining({ step: 'thumbnail' })],
    ]);
  });

  it('that can’t be decoded is sent as it is, and the problems say why', async () => {
    const photo = await encode(tagged(picture()), 'jpeg');
    const broken = photo.slice(0, photo.length - 200);
    broken.fill(0xff, 300, 320);
    const made = await preparePicture(broken, codec, { imageProcessing: true, maxSide: 10 });
    expect(made.problems.map(({ step }) => step)).toContain('picture');
    const text = new TextEncoder().encode('just text');
    expect(await preparePicture(text, codec)).toEqual({
      format: null,
      bytes: null,
      width: 0,
      height: 0,
      duration: 0,
      thumbnail: null,
      thumbhash: null,
      problems: [{ step: 'metadata', reason: 'unknown-format' }],
    });
    const without = await preparePicture(photo, null);
    expect([without.bytes !== null, without.problems]).toEqual([
      true,
      [{ step: 'picture', reason: 'no-codec' }],
    ]);
    const kept = await preparePicture(photo, codec, { removeMetadata: false });
    expect([kept.bytes, kept.problems, kept.thumbnail !== null]).toEqual([null, [], true]);
  });

  it('refuses options out of their bounds, and names each', async () => {
    const wrong = { maxSide: 0, quality: 101, thumbnailAspectRatio: Number.NaN };
    await expect(preparePicture(new Uint8Array(0), codec, wrong)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/maxSide.*quality.*thumbnailAspectRatio/),
    });
  });
});

describe('a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'media-test-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is never changed: what is sent is one beside it, with its name, until that is disposed of', async () => {
    const photo = await encode(tagged(picture(), 6), 'jpeg');
    const path = join(folder, 'my photo.jpg');
    await writeFile(path, photo);
    const made = await prepareFile(path, { folder });
    expect([made.path.endsWith('/my photo.jpg'), made.path === path]).toEqual([true, false]);
    expect(holds(await readFile(made.path), 'GPS-SECRET')).toBe(false);
    expect(new Uint8Array(await readFile(path))).toEqual(photo);
    await made.dispose();
    expect(await readdir(folder)).toEqual(['my photo.jpg']);
  });

  it('that becomes a JPEG is named so', async () => {
    const path = join(folder, 'IMG_1.HEIC');
    await writeFile(path, await encode(picture(64, 64), 'avif'));
    const { path: sent } = await prepareFile(path, { folder, imageProcessing: true });
    expect(sent.endsWith('/IMG_1.jpg')).toBe(true);
  });

  it.each([false, true])(
    'of a film loses its positions, and tells its size and length; turned: %s',
    async (turned) => {
      const { bytes, video } = film('isom', turned);
      const path = join(folder, 'film.mp4');
      await writeFile(path, bytes);
      const made = await prepareFile(path, { folder });
      const sent = await readFile(made.path);
      expect([holds(sent, 'SECRET'), holds(sent, new TextDecoder().decode(video)), sent.length]).toEqual([
        false,
        true,
        bytes.length,
      ]);
      expect(made).toMatchObject({
        format: 'video',
        duration: 2500,
        ...(turned ? { width: 1080, height: 1920 } : { width: 1920, height: 1080 }),
      });
      expect(made.problems).toEqual([{ step: 'thumbnail', reason: 'no-codec' }]);
      const kept = await prepareFile(path, { folder, removeMetadata: false });
      expect([kept.path, new Uint8Array(await readFile(path))]).toEqual([path, bytes]);
    },
  );

  it('that is none, is missing or is too large is sent as it is, or says what is wrong', async () => {
    const path = join(folder, 'notes.txt');
    await writeFile(path, 'just text');
    expect(await prepareFile(path, { folder })).toMatchObject({
      path,
      problems: [{ reason: 'unknown-format' }],
    });
    await expect(prepareFile(join(folder, 'none'), { folder })).rejects.toMatchObject({
      code: 'file-not-found',
    });
    await writeFile(path, await encode(tagged(picture()), 'jpeg'));
    expect(await prepareFile(path, { folder, maxPictureSize: 3 })).toMatchObject({
      path,
      problems: [{ reason: 'too-large' }],
    });
    await expect(prepareFile(path, { folder: join(folder, 'none') })).rejects.toMatchObject({
      code: 'file-io',
    });
  });
});

describe('in a browser', () => {
  it('a Blob is prepared by the canvas, and a film is made of its pieces', async () => {
    const photo = await encode(tagged(picture(800, 600), 6), 'jpeg');
    const made = await prepareBlob(new Blob([photo.slice()]), {
      codec: canvasCodec(sharpCanvas()),
      imageProcessing: true,
      maxSide: 400,
    });
    const bytes = new Uint8Array(await made.blob.arrayBuffer());
    expect([made.blob.type, made.width, made.height, holds(bytes, 'SECRET'), made.problems]).toEqual([
      'image/jpeg',
      300,
      400,
      false,
      [],
    ]);
    expect(made.thumbhash?.length).toBeGreaterThan(10);
    const square = await canvasCodec(sharpCanvas())?.encode(photo, {
      format: 'jpeg',
      maxSide: 100,
      aspectRatio: 1,
      quality: 50,
    });
    expect([square?.width, square?.height]).toEqual([100, 100]);
    const { bytes: secret } = film('qt  ');
    const sent = await prepareBlob(new Blob([secret.slice()], { type: 'video/quicktime' }));
    const { bytes: expected } = await (await import('./metadata/strip.ts')).stripMetadata(secret);
    expect([new Uint8Array(await sent.blob.arrayBuffer()), sent.blob.type]).toEqual([
      expected,
      'video/quicktime',
    ]);
  });

  it('a film gets a thumbnail of its poster, where the page can show it', async () => {
    const { bytes } = film('isom');
    const blob = new Blob([bytes.slice()], { type: 'video/mp4' });
    const photo = await encode(picture(640, 360), 'jpeg');
    const codec = canvasCodec(sharpCanvas());
    const made = await prepareBlob(blob, { codec, poster: async () => photo });
    const { width, height } = await sharp(made.thumbnail ?? photo).metadata();
    expect([width, height, made.duration, made.problems]).toEqual([160, 90, 2500, []]);
    const worker = await prepareBlob(blob, { codec });
    expect(worker.problems).toEqual([{ step: 'thumbnail', reason: 'no-codec' }]);
    const none = await prepareBlob(blob, { codec, sendThumbnail: false });
    expect([none.thumbnail, none.problems]).toEqual([null, []]);
    const broken = await prepareBlob(blob, { codec, poster: () => Promise.reject(new Error('no')) });
    expect([broken.problems[0]?.reason, broken.blob.size]).toEqual(['not-decodable', bytes.length]);
  });

  it('a poster is drawn from the film’s first seconds; a film that can’t be shown is an error', async () => {
    const photo = await encode(picture(), 'jpeg');
    const seen: unknown[] = [];
    const globalsOf = (fails: boolean): PosterGlobals => ({
      document: {
        createElement: () => {
          const target = new EventTarget();
          const tell = (name: string): unknown => queueMicrotask(() => target.dispatchEvent(new Event(name)));
          return {
            muted: false,
            preload: '',
            duration: 5,
            videoWidth: 60,
            videoHeight: 40,
            addEventListener: (name, listener) => target.addEventListener(name, listener),
            removeAttribute: (name) => seen.push(`without ${name}`),
            set src(url: string) {
              seen.push(url.slice(0, 5));
              tell(fails ? 'error' : 'loadeddata');
            },
            get src() {
              return '';
            },
            set currentTime(at: number) {
              seen.push(at);
              tell('seeked');
            },
            get currentTime() {
              return 0;
            },
          };
        },
      },
      OffscreenCanvas: class {
        getContext() {
          return { drawImage: (...[, x, y, width, height]: unknown[]) => seen.push([x, y, width, height]) };
        }
        async convertToBlob() {
          return new Blob([photo.slice()]);
        }
      },
      setTimeout: () => 0,
    });
    expect(await posterOf(new Blob(['film']), globalsOf(false))).toEqual(photo);
    expect(seen).toEqual(['blob:', 1, [0, 0, 60, 40], 'without src']);
    await expect(posterOf(new Blob(['film']), globalsOf(true))).rejects.toThrow('can not show');
    expect(await posterOf(new Blob(['film']), {})).toBeNull();
  });

  it('that has no canvas, or can’t write the format, the picture loses its metadata all the same', async () => {
    const photo = await encode(tagged(picture()), 'webp');
    expect(canvasCodec({})).toBeNull();
    const none = await prepareBlob(new Blob([photo.slice()]));
    expect([holds(new Uint8Array(await none.blob.arrayBuffer()), 'SECRET'), none.problems]).toEqual([
      false,
      [{ step: 'picture', reason: 'no-codec' }],
    ]);
    const options = { codec: canvasCodec(sharpCanvas()), imageProcessing: true, maxSide: 10 };
    const unwritable = await prepareBlob(new Blob([photo.slice()]), options);
    expect([unwritable.blob.type, unwritable.problems[0]?.step]).toEqual(['image/webp', 'picture']);
    const large = await prepareBlob(new Blob([photo.slice()]), { maxPictureSize: 3 });
    expect(large.problems).toEqual([{ step: 'metadata', reason: 'too-large' }]);
  });
});

/** A canvas with the few calls that are used, whose pictures sharp decodes and encodes; it writes no WebP. */
function sharpCanvas(): CanvasGlobals {
  class Bitmap {
    readonly width: number;
    readonly height: number;
    readonly png: Uint8Array;
    constructor(width: number, height: number, png: Uint8Array) {
      this.width = width;
      this.height = height;
      this.png = png;
    }
    close(): void {}
  }
  class OffscreenCanvas {
    readonly width: number;
    readonly height: number;
    #drawn: Promise<Buffer> = Promise.resolve(Buffer.of());
    constructor(width: number, height: number) {
      this.width = width;
      this.height = height;
    }
    getContext() {
      return {
        fillStyle: '',
        fillRect: () => undefined,
        drawImage: (bitmap: unknown, ...[left, top, width, height]: readonly number[]) => {
          if (!(bitmap instanceof Bitmap)) throw new Error('no bitmap');
          const cut = {
            left: Math.round(left ?? 0),
            top: Math.round(top ?? 0),
            width: Math.round(width ?? 1),
            height: Math.round(height ?? 1),
          };
          this.#drawn = sharp(bitmap.png)
            .extract(cut)
            .resize(this.width, this.height, { fit: 'fill' })
            .png()
            .toBuffer();
        },
        getImageData: () => ({ data: new Uint8ClampedArray(this.width * this.height * 4).fill(128) }),
      };
    }
    async convertToBlob({ type }: { type: string }) {
      const image = sharp(await this.#drawn);
      const jpeg = type === 'image/jpeg';
      const bytes = await (jpeg ? image.jpeg() : image.png()).toBuffer();
      return new Blob([Uint8Array.from(bytes)], { type: jpeg ? type : 'image/png' });
    }
  }
  return {
    OffscreenCanvas,
    createImageBitmap: async (blob) => {
      const { data, info } = await sharp(await blob.arrayBuffer())
        .rotate()
        .png()
        .toBuffer({ resolveWithObject: true });
      return new Bitmap(info.width, info.height, new Uint8Array(data));
    },
  };
}
