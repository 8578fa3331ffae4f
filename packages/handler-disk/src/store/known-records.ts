import type { Stats } from 'node:fs';
import type { ObjectRecord } from '../format/metadata.ts';

/** Records that are kept, of some 1 KiB each. */
const MOST = 4_096;

/** What tells a file from every other, and from itself after a change. */
type Identity = Pick<Stats, 'dev' | 'ino' | 'size' | 'ctimeMs' | 'mtimeMs'>;

interface Known {
  readonly record: ObjectRecord;
  readonly identity: Identity;
}

/** Records of objects that were read lately, good while their file is the very same: one look in place of reading it. */
export class KnownRecords {
  readonly #known = new Map<string, Known>();

  /** Null when it is not known, or the file is another by now. */
  find(path: string, stats: Identity): ObjectRecord | null {
    const known = this.#known.get(path);
    if (known === undefined) return null;
    this.#known.delete(path);
    if (!isSame(known.identity, stats)) return null;
    // Put behind all others: the first is the one that was longest of no use.
    this.#known.set(path, known);
    return known.record;
  }

  /** As it was when it was looked at last. */
  peek(path: string): ObjectRecord | null {
    return this.#known.get(path)?.record ?? null;
  }

  has(path: string): boolean {
    return this.#known.has(path);
  }

  keep(path: string, { dev, ino, size, ctimeMs, mtimeMs }: Identity, record: ObjectRecord): void {
    this.#known.set(path, { record, identity: { dev, ino, size, ctimeMs, mtimeMs } });
    const [first] = this.#known.size > MOST ? this.#known.keys() : [];
    if (first !== undefined) this.#known.delete(first);
  }
}

function isSame(one: Identity, other: Identity): boolean {
  return (
    one.ino === other.ino &&
    one.dev === other.dev &&
    one.size === other.size &&
    one.ctimeMs === other.ctimeMs &&
    one.mtimeMs === other.mtimeMs
  );
}
