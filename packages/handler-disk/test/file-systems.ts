import type { FileHandle } from 'node:fs/promises';
import { type FileSystem, nodeFileSystem } from '../src/store/files.ts';

/** What is told of an operation before it is done: its name, as in `rename` or `handle.sync`, and the paths it is about. */
export type Before = (operation: string, ...paths: readonly string[]) => void;

const ON_HANDLES = ['datasync', 'sync', 'truncate', 'write', 'writeFile', 'writev'] as const;

/** The real file system. `before` is told of all that changes it or reads a file, and may throw instead. */
export function watchedFiles(before: Before): FileSystem {
  const told =
    <Args extends readonly unknown[], Answer>(
      name: string,
      run: (...args: Args) => Promise<Answer>,
    ): ((...args: Args) => Promise<Answer>) =>
    async (...args) => {
      before(name, ...args.filter((each): each is Args[number] & string => typeof each === 'string'));
      return run(...args);
    };
  const open = told('open', nodeFileSystem.open);
  return {
    ...nodeFileSystem,
    copyFile: told('copyFile', nodeFileSystem.copyFile),
    mkdir: told('mkdir', nodeFileSystem.mkdir as never) as unknown as FileSystem['mkdir'],
    rename: told('rename', nodeFileSystem.rename),
    rm: told('rm', nodeFileSystem.rm),
    open: async (path, flags, mode) => watchedHandle(await open(path, flags, mode), String(path), before),
  };
}

function watchedHandle(handle: FileHandle, path: string, before: Before): FileHandle {
  return new Proxy(handle, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (!ON_HANDLES.some((each) => each === name)) return value.bind(target);
      return async (...args: readonly unknown[]) => {
        before(`handle.${String(name)}`, path);
        return Reflect.apply(value, target, args);
      };
    },
  });
}

/** An error of the operating system. */
export function errno(code: string): Error {
  return Object.assign(new Error(`${code}: made by a test`), { code });
}

/** A file system that dies with its process: from the operation of this number on, nothing is done any more. */
export function dyingFiles(at: number): { readonly files: FileSystem; readonly died: () => boolean } {
  let done = 0;
  const files = watchedFiles(() => {
    done += 1;
    if (done >= at) throw new Error('The process is dead.');
  });
  return { files, died: () => done >= at };
}
