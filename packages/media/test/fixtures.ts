import sharp, { type Sharp } from 'sharp';

/** Words that stand for what nobody may see; each fixture with metadata has some of them. */
export const SECRETS: readonly string[] = ['GPS-SECRET', 'Secret Author', '48/1 12/1', '+48.2000+016.4000/'];

const WIDTH = 60;
const HEIGHT = 40;

/** A picture whose corners differ, so that it shows how it is turned. */
export function picture(width: number = WIDTH, height: number = HEIGHT): Sharp {
  const rgb = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return [(x * 255) / width, (y * 255) / height, x < width / 4 && y < height / 4 ? 255 : 0][at % 3] ?? 0;
  });
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

/** The same with a position, an author, and an orientation. */
export function tagged(image: Sharp, orientation = 1): Sharp {
  return image
    .withExif({
      IFD0: { Artist: 'Secret Author', Orientation: String(orientation) },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 12/1 0/1', GPSAreaInformation: 'GPS-SECRET' },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><GPS-SECRET/></x:xmpmeta>')
    .withMetadata({ orientation });
}

export type Format = 'jpeg' | 'png' | 'webp' | 'avif';

export async function encode(image: Sharp, format: Format): Promise<Uint8Array> {
  const chosen = {
    jpeg: () => image.jpeg(),
    png: () => image.png(),
    webp: () => image.webp(),
    avif: () => image.avif({ effort: 0 }),
  };
  return new Uint8Array(await chosen[format]().toBuffer());
}

/** Decoded pixels, not turned. */
export async function pixels(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await sharp(bytes).raw().toBuffer());
}

export function holds(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes).includes(text);
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const u32 = (...numbers: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(numbers.length * 4);
  for (const [at, number] of numbers.entries()) new DataView(bytes.buffer).setUint32(at * 4, number);
  return bytes;
};
export const join = (...pieces: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(pieces));

export function box(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const body = join(...content);
  return join(u32(body.length + 8), ascii(type), body);
}

const MOVIE_HEADER = box('mvhd', u32(0, 0, 0, 1000, 2500), new Uint8Array(80));

function track(width: number, height: number, turned: boolean, media: Uint8Array): Uint8Array {
  const one = 0x10000;
  const matrix = turned ? u32(0, one, 0, -one, 0, 0, 0, 0, one) : u32(one, 0, 0, 0, one, 0, 0, 0, one);
  return box('trak', box('tkhd', new Uint8Array(40), matrix, u32(width * one, height * one)), media);
}

function media(
  handler: string,
  entry: string,
  samples: readonly (readonly [at: number, length: number])[],
): Uint8Array {
  const table = box(
    'stbl',
    box('stsd', u32(0, 1), box(entry, new Uint8Array(8))),
    box('stsc', u32(0, 1, 1, 1, 1)),
    box('stsz', u32(0, 0, samples.length, ...samples.map(([, length]) => length))),
    box('stco', u32(0, samples.length, ...samples.map(([at]) => at))),
  );
  return box('mdia', box('hdlr', u32(0, 0), ascii(handler), new Uint8Array(12)), box('minf', table));
}

/** A box with a version and flags. */
function full(type: string, version: number, ...content: readonly Uint8Array[]): Uint8Array {
  return box(type, Uint8Array.of(version, 0, 0, 0), ...content);
}

/**
 * A HEIC with the picture, an Exif item in `mdat` and an XMP item in the `meta` box itself, by iloc version 1.
 * @returns the file, and where its picture is
 */
export function heic(): { readonly bytes: Uint8Array; readonly picture: string } {
  const head = box('ftyp', ascii('heic'), u32(0), ascii('mif1heic'));
  const [image, exif, xmp] = [
    'HEVC-PICTURE',
    `${'\0'.repeat(4)}MM\0*GPS-SECRET-GPS-SECRET`,
    '<GPS-SECRET/>',
  ].map(ascii);
  if (image === undefined || exif === undefined || xmp === undefined) throw new Error('three are made');
  const item = (id: number, type: string): Uint8Array =>
    full('infe', 2, Uint8Array.of(0, id, 0, 0), ascii(type), Uint8Array.of(0));
  const place = (id: number, method: number, at: number, length: number): Uint8Array =>
    join(Uint8Array.of(0, id, 0, method, 0, 0, 0, 1), u32(at, length));
  const metaOf = (data: number): Uint8Array =>
    full(
      'meta',
      0,
      full('hdlr', 0, u32(0), ascii('pict'), new Uint8Array(13)),
      full('iinf', 0, Uint8Array.of(0, 3), item(1, 'hvc1'), item(2, 'Exif'), item(3, 'mime')),
      full(
        'iloc',
        1,
        Uint8Array.of(0x44, 0, 0, 3),
        place(1, 0, data, image.length),
        place(2, 0, data + image.length, exif.length),
        place(3, 1, 0, xmp.length),
      ),
      box('idat', xmp),
    );
  const data = head.length + metaOf(0).length + 8;
  return { bytes: join(head, metaOf(data), box('mdat', image, exif)), picture: 'HEVC-PICTURE' };
}

/** A film with a picture track, a track of positions, and positions in its user data. */
export function film(
  brand: string,
  turned = false,
): { readonly bytes: Uint8Array; readonly video: Uint8Array } {
  const head = box('ftyp', ascii(brand), u32(0), ascii('isom'));
  const video = ascii('VIDEO-DATA-VIDEO-DATA');
  const place = ascii('GPS-SECRET-TRACK');
  const data = box('mdat', video, place);
  const at = head.length + 8;
  const bytes = join(
    head,
    data,
    box(
      'moov',
      MOVIE_HEADER,
      track(1920, 1080, turned, media('vide', 'avc1', [[at, video.length]])),
      track(0, 0, false, media('meta', 'mebx', [[at + video.length, place.length]])),
      box('udta', box('xyz ', ascii('+48.2000+016.4000/'))),
      box('meta', ascii('Secret Author')),
    ),
    box('uuid', ascii('0123456789abcdef'), ascii('GPS-SECRET')),
  );
  return { bytes, video };
}
