import { type Box, BoxTree, type Patch, type RandomAccess, topBoxes } from './boxes.ts';
import { heifPatches } from './heif.ts';

/** What is known of a film, or of a picture in such a file. */
export interface IsoFacts {
  readonly kind: 'heif' | 'video';
  /** Where metadata is overwritten; the size of the file, and every other byte, stays. */
  readonly patches: readonly Patch[];
  /** Pixels of the first picture track, upright; 0: unknown. */
  readonly width: number;
  readonly height: number;
  /** Milliseconds; 0: unknown. */
  readonly duration: number;
}

const FREE = Uint8Array.of(0x66, 0x72, 0x65, 0x65);
const PICTURE_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1', 'avif', 'avis'];
const FIRST = ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot'];
/** The largest description that is read: that of hours of film has some 20 MiB. */
const READ_MOST = 64 * 1024 * 1024;
/** Tracks that hold what sensors measured, a place for one. */
const SENSOR_ENTRIES = ['mebx', 'gpmd', 'camm', 'rtmd', 'fdsc'];

/**
 * Looks at an HEIC, AVIF, MP4 or MOV file for its metadata: Exif, GPS, XMP, user data, and tracks of sensors. Null: it is none,
 * or can't be followed to its end.
 */
export async function isoFacts(source: RandomAccess): Promise<IsoFacts | null> {
  const start = await source.read(0, Math.min(4096, source.size));
  if (!FIRST.includes(new BoxTree(start, 0).code(4))) return null;
  const boxes = await topBoxes(source);
  if (boxes === null) return null;
  const kind = isPicture(start, boxes) ? 'heif' : 'video';
  const patches: Patch[] = [];
  let film = { width: 0, height: 0, duration: 0 };
  for (const box of boxes) {
    if (box.type === 'uuid' || box.type === 'udta' || (box.type === 'meta' && kind === 'video')) {
      patches.push(...wiped(box));
    } else if (box.type === 'moov' || box.type === 'meta') {
      if (box.end - box.at > READ_MOST) return null;
      const tree = new BoxTree(await source.read(box.at, box.end - box.at), box.at);
      if (box.type === 'meta') patches.push(...heifPatches(tree, box, source.size));
      else {
        patches.push(...moviePatches(tree, box, source.size));
        film = movieFacts(tree, box);
      }
    }
  }
  return { kind, patches, ...film };
}

function isPicture(start: Uint8Array, [first]: readonly Box[]): boolean {
  if (first?.type !== 'ftyp') return false;
  const tree = new BoxTree(start, 0);
  const brands = [tree.code(first.content)];
  for (let at = first.content + 8; at + 4 <= Math.min(first.end, start.length); at += 4)
    brands.push(tree.code(at));
  return brands.some((brand) => PICTURE_BRANDS.includes(brand));
}

/** Makes a box one of free space, with nothing in it. */
function wiped({ at, content, end }: Box): Patch[] {
  return [
    { at: at + 4, length: 4, bytes: FREE },
    { at: content, length: end - content, bytes: null },
  ];
}

function moviePatches(tree: BoxTree, moov: Box, fileSize: number): Patch[] {
  return tree.children(moov.content, moov.end).flatMap((box) => {
    if (box.type !== 'trak') return isMetadata(box) ? wiped(box) : [];
    if (isSensorTrack(tree, box)) return [...samples(tree, box, fileSize), ...wiped(box)];
    const media = tree.child(box, 'mdia');
    const inside = [box, ...(media === null ? [] : [media])];
    return inside
      .flatMap((each) => tree.children(each.content, each.end))
      .filter(isMetadata)
      .flatMap(wiped);
  });
}

function isMetadata({ type }: Box): boolean {
  return type === 'udta' || type === 'meta' || type === 'uuid';
}

function isSensorTrack(tree: BoxTree, trak: Box): boolean {
  const handler = tree.path(trak, 'mdia', 'hdlr');
  if (handler !== null && tree.code(handler.content + 8) === 'meta') return true;
  const entries = tree.path(trak, 'mdia', 'minf', 'stbl', 'stsd');
  return entries !== null && SENSOR_ENTRIES.includes(tree.code(entries.content + 12));
}

/** Where the samples of a track are: they are overwritten too, though nothing points to them any more. */
function samples(tree: BoxTree, trak: Box, fileSize: number): Patch[] {
  const table = tree.path(trak, 'mdia', 'minf', 'stbl');
  const [sizes, chunks] = ['stsz', 'stsc'].map((type) => (table === null ? null : tree.child(table, type)));
  const offsets = table === null ? null : (tree.child(table, 'stco') ?? tree.child(table, 'co64'));
  if (!sizes || !chunks || !offsets) return [];
  const wide = offsets.type === 'co64' ? 8 : 4;
  const most = (box: Box, entry: number, head: number): number =>
    Math.max(0, Math.floor((box.end - box.content - head) / entry));
  const count = Math.min(tree.uint32(offsets.content + 4), most(offsets, wide, 8));
  const runs = Math.min(tree.uint32(chunks.content + 4), most(chunks, 12, 8));
  const same = tree.uint32(sizes.content + 4);
  const total = tree.uint32(sizes.content + 8);
  const sampleCount = same > 0 ? total : Math.min(total, most(sizes, 4, 12));
  const patches: Patch[] = [];
  let [sample, run] = [0, 0];
  for (let chunk = 0; chunk < count && sample < sampleCount; chunk += 1) {
    while (run + 1 < runs && tree.uint32(chunks.content + 8 + (run + 1) * 12) <= chunk + 1) run += 1;
    const inChunk = Math.min(tree.uint32(chunks.content + 8 + run * 12 + 4), sampleCount - sample);
    let length = same * inChunk;
    if (same === 0) {
      for (let each = sample; each < sample + inChunk; each += 1)
        length += tree.uint32(sizes.content + 12 + each * 4);
    }
    sample += inChunk;
    const place = offsets.content + 8 + chunk * wide;
    const at = wide === 8 ? tree.uint64(place) : tree.uint32(place);
    if (length > 0 && at + length <= fileSize) patches.push({ at, length, bytes: null });
  }
  return patches;
}

function movieFacts(tree: BoxTree, moov: Box): Pick<IsoFacts, 'width' | 'height' | 'duration'> {
  const header = tree.child(moov, 'mvhd');
  let duration = 0;
  if (header !== null) {
    const long = tree.byte(header.content) === 1;
    const scale = tree.uint32(header.content + (long ? 20 : 12));
    const length = long ? tree.uint64(header.content + 24) : tree.uint32(header.content + 16);
    duration = scale > 0 ? Math.round((length / scale) * 1000) : 0;
  }
  for (const trak of tree.children(moov.content, moov.end)) {
    const track = trak.type === 'trak' ? tree.child(trak, 'tkhd') : null;
    if (track === null) continue;
    // The last two fields, in 16.16; the matrix before them says whether it is turned by a quarter.
    const [width, height] = [tree.uint32(track.end - 8) >>> 16, tree.uint32(track.end - 4) >>> 16];
    if (width === 0 || height === 0) continue;
    const turned = tree.uint32(track.end - 44) === 0 && tree.uint32(track.end - 40) !== 0;
    return turned ? { width: height, height: width, duration } : { width, height, duration };
  }
  return { width: 0, height: 0, duration };
}
