import type { RandomPort } from '@mesibo-files/handler-core';
import type { FileStats, FileSystem, OpenFile } from '@mesibo-files/handler-core/node';
import { type Disk, type DiskFile, type DiskNode, systemError } from './disk.ts';
import type { Life } from './life.ts';

/** How long the disk takes for one operation, in milliseconds at most. */
const SLOWEST = 2;

/**
 * A disk as one life of a process sees it: in the shape of `node:fs/promises`. Each call takes a while, and others come in
 * between. What needs several calls of the system is several here, too.
 */
export function fileSystemOf(disk: Disk, life: Life, random: RandomPort): FileSystem {
  let numbers = 2;
  const operate = <T>(work: () => T): Promise<T> => life.operate(random.fraction() * SLOWEST, work);

  function openNow(path: string, flags: string): OpenFile {
    const found = disk.look(path);
    const creates = flags[0] !== 'r';
    if (found !== undefined && flags.includes('x')) throw systemError('EEXIST', path);
    if (found === undefined && !creates) throw systemError('ENOENT', path);
    const writes = creates || flags.includes('+');
    if (found?.kind === 'folder' && writes) throw systemError('EISDIR', path);
    const node = found ?? disk.create(path);
    if (node.kind === 'file' && flags.startsWith('w')) disk.resize(node, 0);
    numbers += 1;
    life.descriptors.set(numbers, path);
    return new Handle(node, path, numbers, flags.startsWith('a'));
  }

  class Handle implements OpenFile {
    readonly #node: DiskNode;
    readonly #path: string;
    readonly #number: number;
    readonly #appends: boolean;
    #position = 0;

    constructor(node: DiskNode, path: string, number: number, appends: boolean) {
      this.#node = node;
      this.#path = path;
      this.#number = number;
      this.#appends = appends;
    }

    read(
      buffer: Uint8Array,
      at: number,
      length: number,
      position: number,
    ): Promise<{ bytesRead: number }> {
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
      position: number | null,
    ): Promise<{ bytesWritten: number }> {
      return this.#with((file) => {
        // Now and then the system takes less than it was given.
        const taken = length > 1 && random.fraction() < 0.1 ? Math.ceil(length / 2) : length;
        const place = this.#appends ? file.bytes.length : (position ?? this.#position);
        disk.write(file, place, buffer.subarray(at, at + taken));
        if (position === null) this.#position += taken;
        return { bytesWritten: taken };
      });
    }

    async writeFile(data: string | Uint8Array): Promise<void> {
      const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await this.write(bytes, at, bytes.length - at, null);
        at += bytesWritten;
      }
    }

    appendFile(data: string | Uint8Array): Promise<void> {
      return this.writeFile(data);
    }

    readFile(): Promise<string> {
      return this.#with((file) => new TextDecoder().decode(file.bytes));
    }

    stat(): Promise<FileStats> {
      return this.#with(statsOf, true);
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

  const files: FileSystem = {
    open: (path, flags) => operate(() => openNow(path, flags)),
    stat: (path) => operate(() => statsOf(disk.node(path))),
    lstat: (path) => operate(() => statsOf(disk.node(path))),
    realpath: (path) =>
      operate(() => {
        disk.node(path);
        return path;
      }),
    readFile: (path) => operate(() => new TextDecoder().decode(disk.file(path).bytes)),
    async writeFile(path, data, options = {}) {
      const handle = await files.open(path, options.flag ?? 'w');
      await handle.writeFile(data).finally(() => handle.close());
    },
    async appendFile(path, data) {
      const handle = await files.open(path, 'a');
      await handle.appendFile(data).finally(() => handle.close());
    },
    async copyFile(from, to) {
      const bytes = await operate(() => disk.file(from).bytes.slice());
      await files.writeFile(to, bytes);
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
    link: (existing, added) =>
      operate(() => {
        const node = disk.file(existing);
        if (disk.look(added) !== undefined) throw systemError('EEXIST', added);
        const place = disk.place(added);
        disk.put(place.folder, place.name, node);
      }),
    unlink: (path) =>
      operate(() => {
        disk.file(path);
        const place = disk.place(path);
        disk.take(place.folder, place.name);
      }),
    rm: (path, options = {}) =>
      operate(() => {
        const node = disk.look(path);
        if (node === undefined) {
          if (options.force === true) return;
          throw systemError('ENOENT', path);
        }
        if (node.kind === 'folder' && options.recursive !== true) throw systemError('ERR_FS_EISDIR', path);
        const place = disk.place(path);
        disk.take(place.folder, place.name);
      }),
    mkdir: (path, options = {}) =>
      operate(() => {
        if (options.recursive !== true) return disk.makeFolder(path);
        const parts = path.split('/').filter((name) => name !== '');
        for (let count = 1; count <= parts.length; count += 1) {
          const folder = `/${parts.slice(0, count).join('/')}`;
          const found = disk.look(folder);
          if (found === undefined) disk.makeFolder(folder);
          else if (found.kind === 'file') throw systemError('EEXIST', folder);
        }
      }),
    readdir: (path) =>
      operate(() => {
        const node = disk.node(path);
        if (node.kind === 'file') throw systemError('ENOTDIR', path);
        return [...node.entries.keys()];
      }),
    truncate: (path, size) => operate(() => disk.resize(disk.file(path), size)),
    utimes: (path, _accessed, modified) =>
      operate(() => {
        disk.node(path).modified = modified instanceof Date ? modified.getTime() : modified * 1000;
      }),
  };
  return files;
}

function statsOf(node: DiskNode): FileStats {
  const nanoseconds = (at: number): bigint => BigInt(Math.round(at * 1000)) * 1000n;
  return {
    size: BigInt(node.kind === 'file' ? node.bytes.length : 4096),
    ino: BigInt(node.ino),
    dev: 1n,
    mtimeNs: nanoseconds(node.modified),
    ctimeNs: nanoseconds(node.changed),
    isFile: () => node.kind === 'file',
    isDirectory: () => node.kind === 'folder',
  };
}
