import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  box,
  encode,
  film,
  heic,
  holds,
  join,
  picture,
  pixels,
  SECRETS,
  tagged,
} from '../../test/fixtures.ts';
import { stripMetadata } from './strip.ts';

const found = (bytes: Uint8Array): string[] => SECRETS.filter((secret) => holds(bytes, secret));

async function stripped(bytes: Uint8Array): Promise<Uint8Array> {
  const before = bytes.slice();
  const { bytes: after, reason } = await stripMetadata(bytes);
  expect([reason, bytes]).toEqual([null, before]);
  return after ?? expect.fail('nothing was made');
}

describe.each(['jpeg', 'png', 'webp'] as const)('a %s', (format) => {
  it('without its metadata is, byte for byte, the one that never had any', async () => {
    const plain = await encode(picture(), format);
    const secret = await encode(tagged(picture()), format);
    expect(found(secret).length).toBeGreaterThan(0);
    const clean = await stripped(secret);
    expect(found(clean)).toEqual([]);
    const { exif, xmp, iptc } = await sharp(clean).metadata();
    expect([exif, xmp, iptc]).toEqual([undefined, undefined, undefined]);
    expect(await pixels(clean)).toEqual(await pixels(secret));
    // WebP has a header for what it could hold; the others are the same file.
    if (format !== 'webp') {
      const same = await stripped(plain);
      const withoutColours = (await sharp(clean).metadata()).icc === undefined;
      if (withoutColours) expect(clean).toEqual(same);
    }
    expect((await stripMetadata(clean)).bytes).toEqual(clean);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turned by orientation %i stays turned so', async (orientation) => {
    const clean = await stripped(await encode(tagged(picture(), orientation), format));
    const facts = await sharp(clean).metadata();
    expect([facts.orientation ?? 1, found(clean)]).toEqual([orientation, []]);
    expect((await stripMetadata(clean)).bytes).toEqual(clean);
  });

  it('loses what follows its end', async () => {
    const plain = await stripped(await encode(picture(), format));
    expect(await stripped(join(plain, new TextEncoder().encode('GPS-SECRET')))).toEqual(plain);
  });

  it('that is broken off anywhere is refused, or still shows nothing', async () => {
    const secret = await encode(tagged(picture(), 6), format);
    for (let length = 8; length < secret.length; length += 7) {
      const { bytes } = await stripMetadata(secret.subarray(0, length));
      expect(bytes === null ? [] : found(bytes)).toEqual([]);
    }
  });
});

describe('a JPEG', () => {
  const segment = (marker: number, content: string): Uint8Array =>
    join(Uint8Array.of(0xff, marker, 0, content.length + 2), new TextEncoder().encode(content));

  it('keeps its colours, and loses comments, IPTC, further pictures and unknown blocks', async () => {
    const colours = new Uint8Array(await picture().withIccProfile('p3').jpeg().toBuffer());
    expect(await stripped(colours)).toEqual(colours);
    const more = join(
      colours.subarray(0, 2),
      segment(0xfe, 'GPS-SECRET'),
      segment(0xed, 'Photoshop 3.0\0Secret Author'),
      segment(0xe5, 'GPS-SECRET'),
      segment(0xe2, 'MPF\0GPS-SECRET'),
      colours.subarray(2),
    );
    expect(await stripped(more)).toEqual(colours);
  });

  it('that is progressive loses them between its scans too', async () => {
    const plain = new Uint8Array(await picture(200, 200).jpeg({ progressive: true }).toBuffer());
    expect(await stripped(plain)).toEqual(plain);
    const second = Buffer.from(plain).lastIndexOf(Buffer.of(0xff, 0xda));
    const more = join(plain.subarray(0, second), segment(0xfe, 'GPS-SECRET'), plain.subarray(second));
    expect(await stripped(more)).toEqual(plain);
  });

  it('loses the small picture in its header', async () => {
    const plain = await stripped(await encode(picture(), 'jpeg'));
    const rest = plain.subarray(plain[3] === 0xe0 ? 20 : 2);
    const jfif = (side: number, small: readonly number[]): Uint8Array =>
      join(
        plain.subarray(0, 2),
        Uint8Array.of(0xff, 0xe0, 0, 16 + small.length),
        new TextEncoder().encode('JFIF\0'),
        Uint8Array.of(1, 1, 0, 0, 1, 0, 1, side, side, ...small),
        rest,
      );
    expect(await stripped(jfif(1, [9, 9, 9]))).toEqual(jfif(0, []));
  });
});

describe('a picture in boxes (AVIF, and HEIC is the same)', () => {
  it('has its Exif and XMP overwritten; every other byte stays, and it decodes as before', async () => {
    const secret = await encode(tagged(picture(64, 64)), 'avif');
    expect(found(secret).length).toBeGreaterThan(0);
    const { format, bytes } = await stripMetadata(secret);
    if (bytes === null) throw new Error('nothing was made');
    expect([format, found(bytes), bytes.length]).toEqual(['heif', [], secret.length]);
    expect(await pixels(bytes)).toEqual(await pixels(secret));
    const changed = [...bytes.keys()].filter((at) => bytes[at] !== secret[at]);
    const exif = Buffer.from(secret).indexOf('Secret Author');
    expect(changed.length).toBeGreaterThan(20);
    expect(Math.min(...changed)).toBeLessThan(exif);
    const { exif: left } = await sharp(bytes).metadata();
    expect(left === undefined ? [] : found(new Uint8Array(left))).toEqual([]);
  });
});

describe('a HEIC', () => {
  it('has its Exif made empty and its XMP overwritten, wherever they are; the picture stays', async () => {
    const { bytes: secret, picture: image } = heic();
    expect(found(secret)).toEqual(['GPS-SECRET']);
    const { format, bytes } = await stripMetadata(secret);
    if (bytes === null) throw new Error('nothing was made');
    expect([format, found(bytes), bytes.length, holds(bytes, image)]).toEqual([
      'heif',
      [],
      secret.length,
      true,
    ]);
    const exif = Buffer.from(secret).indexOf('MM\0*');
    const empty = Uint8Array.of(0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0);
    expect(bytes.subarray(exif, exif + empty.length)).toEqual(empty);
    const xmp = Buffer.from(secret).indexOf('<GPS-SECRET/>');
    const touched = [...bytes.keys()].filter((at) => bytes[at] !== secret[at]);
    const inside = (at: number): boolean =>
      (at >= exif && at < secret.length) || (at >= xmp && at < xmp + 13);
    expect([touched.length > 20, touched.every(inside)]).toEqual([true, true]);
  });
});

describe.each(['isom', 'qt  '])('a film of brand %s', (brand) => {
  it('has its user data and its track of positions overwritten, and every other byte stays', async () => {
    const { bytes: secret, video } = film(brand);
    expect(found(secret)).toEqual(['GPS-SECRET', 'Secret Author', '+48.2000+016.4000/']);
    const { format, bytes } = await stripMetadata(secret);
    if (bytes === null) throw new Error('nothing was made');
    expect([format, found(bytes), bytes.length]).toEqual(['video', [], secret.length]);
    expect(holds(bytes, new TextDecoder().decode(video))).toBe(true);
    const end = Buffer.from(secret).indexOf('GPS-SECRET-TRACK');
    expect(bytes.subarray(0, end)).toEqual(secret.subarray(0, end));
    const moov = Buffer.from(secret).indexOf('moov');
    const trak = Buffer.from(secret).indexOf('trak', Buffer.from(secret).indexOf('trak') + 1);
    expect(bytes.subarray(moov, trak)).toEqual(secret.subarray(moov, trak));
    expect(Buffer.from(bytes).toString('latin1', trak, trak + 4)).toBe('free');
    expect((await stripMetadata(bytes)).bytes).toEqual(bytes);
  });
});

describe('anything else', () => {
  it('is told apart from what is broken, and from what only looks like a picture', async () => {
    const text = new TextEncoder().encode('just text, long enough to be something');
    expect(await stripMetadata(text)).toEqual({ format: null, bytes: null, reason: 'unknown-format' });
    expect(await stripMetadata(new Uint8Array(0))).toMatchObject({ reason: 'unknown-format' });
    expect(await stripMetadata(Uint8Array.of(0xff, 0xd8, 0xff))).toMatchObject({
      format: 'jpeg',
      reason: 'malformed',
    });
    expect(await stripMetadata(box('ftyp', text).subarray(0, 20))).toMatchObject({
      reason: 'unknown-format',
    });
  });

  it('never breaks it, whatever the bytes', async () => {
    const seeds = await Promise.all([
      ...(['jpeg', 'png', 'webp', 'avif'] as const).map((format) => encode(tagged(picture(), 6), format)),
      film('isom').bytes,
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 }),
        fc.nat(),
        async (seed, edits, cut) => {
          const bytes = seed.slice(0, cut % 3 === 0 ? cut % seed.length : seed.length);
          for (const [at, value] of edits) bytes[at % Math.max(1, Math.min(600, bytes.length))] = value;
          const { bytes: after, reason } = await stripMetadata(bytes);
          expect(after === null).toBe(reason !== null);
        },
      ),
    );
  });
});
