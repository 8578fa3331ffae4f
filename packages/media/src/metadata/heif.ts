import type { Box, BoxTree, Patch } from './boxes.ts';

/** Items of a picture that draw nothing: Exif, XMP and other descriptions. */
const DESCRIPTIONS = ['Exif', 'mime', 'uri '];
/** An Exif item that says nothing: no bytes before its TIFF header, and a directory with no entry. */
const EMPTY_EXIF = Uint8Array.of(0, 0, 0, 0, 0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0);

/**
 * What is overwritten in a picture's `meta` box and in what it points to. How the picture is turned is a property of its
 * own, and stays.
 */
export function heifPatches(tree: BoxTree, meta: Box, fileSize: number): Patch[] {
  const children = tree.children(meta.content + 4, meta.end);
  const find = (type: string): Box | null => children.find((box) => box.type === type) ?? null;
  const [info, places, inside] = [find('iinf'), find('iloc'), find('idat')];
  if (info === null || places === null) return [];
  const wanted = descriptionItems(tree, info);
  return extents(tree, places, inside)
    .filter(({ item, at, length }) => wanted.has(item) && length > 0 && at + length <= fileSize)
    .flatMap(({ item, at, length, first }) => {
      const empty = first && wanted.get(item) === 'Exif' && length >= EMPTY_EXIF.length ? EMPTY_EXIF : null;
      const rest = empty?.length ?? 0;
      return [
        ...(empty === null ? [] : [{ at, length: rest, bytes: empty }]),
        { at: at + rest, length: length - rest, bytes: null },
      ];
    });
}

/** The types of the items that draw nothing, by their numbers. */
function descriptionItems(tree: BoxTree, info: Box): ReadonlyMap<number, string> {
  const items = new Map<number, string>();
  const head = tree.byte(info.content) === 0 ? 6 : 8;
  for (const entry of tree.children(info.content + head, info.end)) {
    const version = tree.byte(entry.content);
    if (entry.type !== 'infe' || version < 2) continue;
    const item = version === 2 ? tree.uint16(entry.content + 4) : tree.uint32(entry.content + 4);
    const type = tree.code(entry.content + (version === 2 ? 8 : 10));
    if (DESCRIPTIONS.includes(type)) items.set(item, type);
  }
  return items;
}

interface Extent {
  readonly item: number;
  readonly at: number;
  readonly length: number;
  /** It is the first of its item. */
  readonly first: boolean;
}

/** Where the items are, in bytes of the file (ISO/IEC 14496-12, 8.11.3). */
function extents(tree: BoxTree, places: Box, inside: Box | null): readonly Extent[] {
  const version = tree.byte(places.content);
  const [sizes, more] = [tree.byte(places.content + 4), tree.byte(places.content + 5)];
  const [offsetSize, lengthSize, baseSize] = [sizes >> 4, sizes & 15, more >> 4];
  const indexSize = version > 0 ? more & 15 : 0;
  let at = places.content + 6;
  const take = (bytes: number): number => {
    const value =
      bytes === 8 ? tree.uint64(at) : bytes === 4 ? tree.uint32(at) : bytes === 2 ? tree.uint16(at) : 0;
    at += bytes;
    return value;
  };
  const found: Extent[] = [];
  const count = take(version < 2 ? 2 : 4);
  for (let each = 0; each < count && at < places.end; each += 1) {
    const item = take(version < 2 ? 2 : 4);
    const method = version > 0 ? take(2) & 15 : 0;
    take(2);
    const base = take(baseSize);
    const parts = take(2);
    for (let part = 0; part < parts && at < places.end; part += 1) {
      take(indexSize);
      const offset = base + take(offsetSize);
      const length = take(lengthSize);
      if (method === 0) found.push({ item, at: offset, length, first: part === 0 });
      else if (method === 1 && inside !== null)
        found.push({ item, at: inside.content + offset, length, first: part === 0 });
    }
  }
  return found;
}
