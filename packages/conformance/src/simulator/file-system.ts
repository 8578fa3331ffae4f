import { constants } from 'node:fs';
import type { ExactFileStats, FileStats, FileSystem, OpenFile } from '@mesibo-files/handler-core/node';
import type { RandomPort } from '@mesibo-files/handler-core/provider';
import { type Disk, type DiskFile, type DiskNode, systemError } from './disk.ts';
import type { Life } from './life.ts';

/** How long the disk takes for one operation, in milliseconds at most. */
const SLOWEST = 2;

/** How a file is opened. */
interface Flags {
  readonly creates: boolean;
  readonly exclusive: boolean;
  readonly truncates: boolean;
  readonly writes: boolean;
}

function flagsOf(flags: string | number): Flags {
  if (typeof flags === 'string') {
    const creates = !flags.startsWith('r');
    return {
      creates,
      exclusive: flags.includes('x'),
      truncates: flags.startsWith('w'),
      writes: creates || flags.includes('+'),
    };
  }
  return {
    creates: (flags & constants.O_CREAT) !== 0,
    exclusive: (flags & constants.O_EXCL) !== 0,
    truncates: (flags & constants.O_TRUNC) !== 0,
    writes: (flags & (constants.O_WRONLY | constants.O_RDWR)) !== 0,
  };
}

/**
 * A disk as one life of a process sees it: in the shape of `node:fs/promises`. Each call takes a while, and others come in
 * between. What needs several calls of the system is several here, too.
 */
export function fileSystemOf(disk: Disk, life: Life, random: RandomPort): FileSystem {
  let numbers = 2;
  const operate = <T>(work: () => T): Promise<T> => life.operate(random.fraction() * SLOWEST, work);

  function openNow(path: string, how: string | number): OpenFile {
    const flags = flagsOf(how);
    const found = disk.look(path);
    if (found !== undefined && flags.creates && flags.exclusive) throw systemError('EEXIST', path);
    if (found === undefined && !flags.creates) throw systemError('ENOENT', path);
    if (found?.kind === 'folder' && flags.writes) throw systemError('EISDIR', path);
    const node = found ?? disk.create(path);
    if (node.kind === 'file' && flags.truncates) disk.resize(node, 0);
    numbers += 1;
    life.descriptors.set(numbers, path);
    return new Handle(node, path, numbers);
  }

  class Handle implements OpenFile {
    readonly #node: DiskNode;
    readonly #path: string;
    readonly #number: number;

    constructor(node: DiskNode, path: string, number: number) {
      this.#node = node;
      this.#path = path;
      this.#number = number;
    }

    read(buffer: Uint8Array, at: number, length: number, position: number): Promise<{ bytesRead: number }> {
      return this.#with((file) => {
        const bytes = file.bytes.subarray(position, position + length);
        buffer.set(bytes, at);
        return { bytesRead: bytes.length };
      });
    }

    write(
      buffer: Uint8Array,
      at: number,
      length: number,
      position: number,
    ): Promise<{ bytesWritten: number }> {
      return this.#with((file) => {
        // Now and then the system takes less than it was given.
        const taken = length > 1 && random.fraction() < 0.1 ? Math.ceil(length / 2) : length;
        disk.write(file, position, buffer.subarray(at, at + taken));
        return { bytesWritten: taken };
      });
    }

    async writeFile(text: string): Promise<void> {
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length; ) {
        at += (await this.write(bytes, at, bytes.length - at, at)).bytesWritten;
      }
    }

    readFile(): Promise<string> {
      return this.#with((file) => new TextDecoder().decode(file.bytes));
    }

    stat(): Promise<FileStats>;
    stat(options: { readonly bigint: true }): Promise<ExactFileStats>;
    stat(options?: { readonly bigint: true }): Promise<FileStats | ExactFileStats> {
      return this.#with<FileStats | ExactFileStats>(options === undefined ? plainStats : exactStats, true);
    }

    truncate(size: number): Promise<void> {
      return this.#with((file) => disk.resize(file, size));
    }

    datasync(): Promise<void> {
      return this.sync();
    }

    sync(): Promise<void> {
      return this.#with((node) => disk.flush(node), true);
    }

    close(): Promise<void> {
      return operate(() => {
        if (!life.descriptors.delete(this.#number)) throw systemError('EBADF', this.#path);
      });
    }

    #with<T>(work: (file: DiskFile) => T): Promise<T>;
    #with<T>(work: (node: DiskNode) => T, any: true): Promise<T>;
    #with<T>(work: (file: DiskFile) => T, any = false): Promise<T> {
      return operate(() => {
        if (!life.descriptors.has(this.#number)) throw systemError('EBADF', this.#path);
        const node = this.#node;
        if (node.kind === 'folder' && !any) throw systemError('EISDIR', this.#path);
        return work(node as DiskFile);
      });
    }
  }

  function stat(path: string): Promise<FileStats>;
  function stat(path: string, options: { readonly bigint: true }): Promise<ExactFileStats>;
  function stat(path: string, options?: { readonly bigint: true }): Promise<FileStats | ExactFileStats> {
    return operate(() => (options === undefined ? plainStats : exactStats)(disk.node(path)));
  }

  return {
    open: (path, flags) => operate(() => openNow(path, flags)),
    stat,
    lstat: stat,
    async copyFile(from, to, mode = 0) {
      const bytes = await operate(() => disk.file(from).bytes.slice());
      const exclusive = (mode & constants.COPYFILE_EXCL) !== 0;
      const copy = await operate(() => openNow(to, exclusive ? 'wx' : 'w'));
      try {
        for (let at = 0; at < bytes.length; ) {
          at += (await copy.write(bytes, at, bytes.length - at, at)).bytesWritten;
        }
      } finally {
        await copy.close();
      }
    },
    rename: (from, to) =>
      operate(() => {
        const node = disk.node(from);
        const target = disk.look(to);
        if (target?.kind === 'folder' && node.kind === 'file') throw systemError('EISDIR', to);
        const [old, place] = [disk.place(from), disk.place(to)];
        disk.take(old.folder, old.name);
        disk.put(place.folder, place.name, node);
      }),
    rm: (path, { force }) =>
      operate(() => {
        const node = disk.look(path);
        if (node === undefined && !force) throw systemError('ENOENT', path);
        if (node?.kind === 'folder') throw systemError('ERR_FS_EISDIR', path);
        if (node === undefined) return;
        const place = disk.place(path);
        disk.take(place.folder, place.name);
      }),
    opendir: (path) =>
      operate(() => {
        const node = disk.node(path);
        if (node.kind === 'file') throw systemError('ENOTDIR', path);
        return namesOf([...node.entries.keys()]);
      }),
  };
}

async function* namesOf(names: readonly string[]): AsyncGenerator<{ readonly name: string }> {
  for (const name of names) yield { name };
}

function plainStats(node: DiskNode): FileStats {
  return {
    size: node.kind === 'file' ? node.bytes.length : 4096,
    ino: node.ino,
    dev: 1,
    uid: process.geteuid?.() ?? 0,
    nlink: node.links,
    mtimeMs: node.modified,
    isFile: () => node.kind === 'file',
    isDirectory: () => node.kind === 'folder',
  };
}

function exactStats(node: DiskNode): ExactFileStats {
  const { size, ino, isFile, isDirectory } = plainStats(node);
  const nanoseconds = (at: number): bigint => BigInt(Math.round(at * 1000)) * 1000n;
  return {
    size: BigInt(size),
    ino: BigInt(ino),
    mtimeNs: nanoseconds(node.modified),
    ctimeNs: nanoseconds(node.changed),
    isFile,
    isDirectory,
  };
}
