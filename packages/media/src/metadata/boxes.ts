import { codeAt } from './orientation.ts';

/** Bytes that can be read anywhere, such as a file's. */
export interface RandomAccess {
  readonly size: number;
  /** Answers fewer bytes only at the end. */
  read(at: number, length: number): Promise<Uint8Array>;
}

/** Bytes that take the place of as many others. Null: zeros. */
export interface Patch {
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array | null;
}

/** A box of an ISO media file (ISO/IEC 14496-12), by its place in the file. */
export interface Box {
  readonly type: string;
  /** Of its size field. */
  readonly at: number;
  /** Of its content. */
  readonly content: number;
  readonly end: number;
}

/** The most boxes that are looked at in one place: a hostile file may hold millions of empty ones. */
const BOXES_MOST = 100_000;

/** The box at a place; null: there is none that ends by then. */
function boxIn(header: Uint8Array, at: number, stop: number): Box | null {
  if (header.length < 8) return null;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [small, type] = [view.getUint32(0), codeAt(header, 4)];
  if (small === 1 && header.length < 16) return null;
  const size = small === 1 ? Number(view.getBigUint64(8)) : small === 0 ? stop - at : small;
  const head = small === 1 ? 16 : 8;
  if (size < head || !Number.isSafeInteger(size) || at + size > stop) return null;
  return { type, at, content: at + head, end: at + size };
}

/** The boxes of a whole file; null where it can't be followed to its end. */
export async function topBoxes(source: RandomAccess): Promise<readonly Box[] | null> {
  const boxes: Box[] = [];
  for (let at = 0; at < source.size; ) {
    const box = boxIn(await source.read(at, Math.min(16, source.size - at)), at, source.size);
    if (box === null || boxes.length >= BOXES_MOST) return null;
    boxes.push(box);
    at = box.end;
  }
  return boxes;
}

/** A box that was read whole, with what is in it. */
export class BoxTree {
  readonly bytes: Uint8Array;
  /** Where the bytes are in the file. */
  readonly offset: number;
  readonly view: DataView;

  constructor(bytes: Uint8Array, offset: number) {
    this.bytes = bytes;
    this.offset = offset;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The boxes from a place to another, as far as they can be followed. */
  children(from: number, to: number): readonly Box[] {
    const boxes: Box[] = [];
    for (let at = from; at < to && boxes.length < BOXES_MOST; ) {
      const start = at - this.offset;
      const box = boxIn(this.bytes.subarray(start, Math.min(start + 16, to - this.offset)), at, to);
      if (box === null) break;
      boxes.push(box);
      at = box.end;
    }
    return boxes;
  }
  /** The first box of a type in another one. */
  child(parent: Box, type: string, skip = 0): Box | null {
    return this.children(parent.content + skip, parent.end).find((box) => box.type === type) ?? null;
  }
  /** The box at the end of a path of types. */
  path(parent: Box, ...types: readonly string[]): Box | null {
    let at: Box | null = parent;
    for (const type of types) at = at === null ? null : this.child(at, type);
    return at;
  }
  uint32(at: number): number {
    return at - this.offset + 4 <= this.bytes.length ? this.view.getUint32(at - this.offset) : 0;
  }
  uint16(at: number): number {
    return at - this.offset + 2 <= this.bytes.length ? this.view.getUint16(at - this.offset) : 0;
  }
  uint64(at: number): number {
    return at - this.offset + 8 <= this.bytes.length ? Number(this.view.getBigUint64(at - this.offset)) : 0;
  }
  byte(at: number): number {
    return this.bytes[at - this.offset] ?? 0;
  }
  code(at: number): string {
    return codeAt(this.bytes, at - this.offset);
  }
}
