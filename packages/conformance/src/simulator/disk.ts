import type { RandomPort } from '@mesibo-files/handler-core/provider';

/** A file: what programs see of it, and what would be left of it if the power went. */
export interface DiskFile {
  readonly kind: 'file';
  readonly ino: number;
  /** How many names it has. */
  links: number;
  bytes: Uint8Array;
  flushed: Uint8Array;
  modified: number;
  changed: number;
}

/** A folder, likewise. */
export interface DiskFolder {
  readonly kind: 'folder';
  readonly ino: number;
  links: number;
  readonly entries: Map<string, DiskNode>;
  flushed: ReadonlyMap<string, DiskNode>;
  modified: number;
  changed: number;
}

export type DiskNode = DiskFile | DiskFolder;

/** An error as the operating system gives it. */
export function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

const NOTHING = new Uint8Array(0);

/**
 * A disk in memory, in one state at a time. What was not flushed is lost, or half of it is, when the power goes: of a file
 * that grew, zeros may be left. Paths are absolute; there are no links that lead elsewhere.
 */
export class Disk {
  /** The most bytes that fit. */
  capacity: number = Number.POSITIVE_INFINITY;
  readonly #root: DiskFolder;
  readonly #now: () => number;
  #inodes = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#root = this.#folder();
  }

  /** The entry there, or undefined. */
  look(path: string): DiskNode | undefined {
    let node: DiskNode | undefined = this.#root;
    for (const name of path.split('/')) {
      if (name === '') continue;
      if (node?.kind !== 'folder') return undefined;
      node = node.entries.get(name);
    }
    return node;
  }

  /** @throws `ENOENT` */
  node(path: string): DiskNode {
    const found = this.look(path);
    if (found === undefined) throw systemError('ENOENT', path);
    return found;
  }

  /** @throws `ENOENT`, `EISDIR` */
  file(path: string): DiskFile {
    const node = this.node(path);
    if (node.kind === 'folder') throw systemError('EISDIR', path);
    return node;
  }

  /** The folder that a path is in, and the path's last name. @throws `ENOENT`, `ENOTDIR` */
  place(path: string): { readonly folder: DiskFolder; readonly name: string } {
    const parts = names(path);
    const name = parts.pop() ?? '';
    const folder = this.node(`/${parts.join('/')}`);
    if (folder.kind === 'file') throw systemError('ENOTDIR', path);
    return { folder, name };
  }

  /** Makes an empty file in the place of whatever was there. */
  create(path: string): DiskFile {
    const { folder, name } = this.place(path);
    const at = this.#now();
    this.#inodes += 1;
    const file: DiskFile = {
      kind: 'file',
      ino: this.#inodes,
      links: 0,
      bytes: NOTHING,
      flushed: NOTHING,
      modified: at,
      changed: at,
    };
    this.put(folder, name, file);
    return file;
  }

  /** Makes a folder. @throws `EEXIST`, `ENOENT` */
  makeFolder(path: string): void {
    const { folder, name } = this.place(path);
    if (folder.entries.has(name)) throw systemError('EEXIST', path);
    this.put(folder, name, this.#folder());
  }

  put(folder: DiskFolder, name: string, node: DiskNode): void {
    this.take(folder, name);
    node.links += 1;
    folder.entries.set(name, node);
    folder.modified = this.#now();
  }

  take(folder: DiskFolder, name: string): void {
    const before = folder.entries.get(name);
    if (before !== undefined) before.links -= 1;
    folder.entries.delete(name);
    folder.modified = this.#now();
  }

  /** Writes into a file. @throws `ENOSPC` */
  write(file: DiskFile, offset: number, bytes: Uint8Array): void {
    this.resize(file, Math.max(file.bytes.length, offset + bytes.length));
    file.bytes.set(bytes, offset);
  }

  /** Cuts a file off, or fills it up with zeros. @throws `ENOSPC` */
  resize(file: DiskFile, size: number): void {
    const grows = size - file.bytes.length;
    if (grows > 0 && !this.hasRoom(grows)) throw systemError('ENOSPC', 'write');
    const changed = new Uint8Array(size);
    changed.set(file.bytes.subarray(0, size));
    file.bytes = changed;
    file.modified = this.#now();
    file.changed = file.modified;
  }

  /** Marks that this outlasts a loss of power from now on. */
  flush(node: DiskNode): void {
    if (node.kind === 'file') node.flushed = node.bytes.slice();
    else node.flushed = new Map(node.entries);
  }

  /** Flushes everything, as time does. */
  flushAll(): void {
    this.#each((node) => this.flush(node));
  }

  /** The power goes. */
  lose(random: RandomPort): void {
    this.#each((node) => {
      if (node.kind === 'file') node.bytes = leftOf(node, random);
      else {
        for (const name of new Set([...node.entries.keys(), ...node.flushed.keys()])) {
          const flushed = node.flushed.get(name);
          if (flushed === node.entries.get(name) || random.fraction() < 0.5) continue;
          if (flushed === undefined) node.entries.delete(name);
          else node.entries.set(name, flushed);
        }
      }
    });
    this.flushAll();
    this.#each((node) => {
      node.links = 0;
    });
    this.#each((node) => {
      if (node.kind === 'folder') for (const child of node.entries.values()) child.links += 1;
    });
  }

  /** Whether so many bytes more fit. */
  hasRoom(bytes: number): boolean {
    return this.capacity === Number.POSITIVE_INFINITY || this.used() + bytes <= this.capacity;
  }

  /** Bytes on the disk. */
  used(): number {
    let used = 0;
    this.#each((node) => {
      if (node.kind === 'file') used += node.bytes.length;
    });
    return used;
  }

  /** Every file with its path. */
  files(): ReadonlyMap<string, DiskFile> {
    const found = new Map<string, DiskFile>();
    this.#each((node, path) => {
      if (node.kind === 'file') found.set(path, node);
    });
    return found;
  }

  #each(visit: (node: DiskNode, path: string) => void): void {
    const walk = (node: DiskNode, path: string): void => {
      visit(node, path);
      if (node.kind === 'folder')
        for (const [name, child] of [...node.entries]) walk(child, `${path}/${name}`);
    };
    walk(this.#root, '');
  }

  #folder(): DiskFolder {
    this.#inodes += 1;
    const at = this.#now();
    return {
      kind: 'folder',
      ino: this.#inodes,
      links: 0,
      entries: new Map(),
      flushed: new Map(),
      modified: at,
      changed: at,
    };
  }
}

/** What a loss of power leaves of a file: what was flushed, all of it, or its length with zeros where nothing was flushed. */
function leftOf({ bytes, flushed }: DiskFile, random: RandomPort): Uint8Array {
  const kind = random.fraction();
  if (kind < 0.4) return flushed.slice();
  if (kind < 0.6) return bytes;
  const left = new Uint8Array(bytes.length);
  left.set(flushed.subarray(0, bytes.length));
  return left;
}

function names(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}
