import {
  constants,
  copyFileSync,
  lstatSync,
  realpathSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { TransferError } from '@mesibo-files/handler-core';
import { isTrickName } from '@mesibo-files/handler-core/provider';

/** Thrown where a path leads out of the folder. */
const OUTSIDE = Symbol('outside');

/**
 * mesibo's file calls, held within one folder: a path that leads out of it, by `..`, by an absolute path or over a
 * symbolic link, or that Windows takes for a device or for a stream of another file, is refused, and `onError` is told. A program that changes links at the same moment can still trick
 * them: they are no sandbox for hostile local programs.
 */
export class ConfinedFiles {
  readonly #folder: string;
  readonly #onError: (error: unknown) => void;

  constructor(folder: string, onError: (error: unknown) => void) {
    this.#folder = folder;
    this.#onError = onError;
  }

  create(path: string, name: string, content: string | Uint8Array): boolean {
    return this.#guarded(() => {
      if (name !== basename(name)) throw OUTSIDE;
      // `wx` does not follow a link that has the name, and opens nothing that is there.
      writeFileSync(this.#within(join(path, name)), content, { flag: 'wx' });
    });
  }

  exists(path: string): boolean {
    return this.#guarded(() => this.#present(path));
  }

  rename(oldPath: string, newPath: string): boolean {
    return this.#guarded(() => {
      const [from, to] = [this.#regular(oldPath), this.#within(newPath)];
      // A rename would replace what is there.
      if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) throw new Error('the name is taken');
      renameSync(from, to);
    });
  }

  copy(sourcePath: string, newPath: string): boolean {
    return this.#guarded(() => {
      copyFileSync(this.#regular(sourcePath), this.#within(newPath), constants.COPYFILE_EXCL);
    });
  }

  delete(path: string): boolean {
    return this.#guarded(() => unlinkSync(this.#within(path)));
  }

  #guarded(run: () => unknown): boolean {
    try {
      run();
      return true;
    } catch (error) {
      if (error === OUTSIDE) this.#onError(outside());
      return false;
    }
  }

  /** The real path of a regular file. */
  #regular(path: string): string {
    const real = this.#present(path);
    if (!lstatSync(real).isFile()) throw new Error('no regular file');
    return real;
  }

  /** The real path of something that is there, and no symbolic link: it may lead anywhere. */
  #present(path: string): string {
    const real = this.#within(path);
    if (lstatSync(real).isSymbolicLink()) throw OUTSIDE;
    return real;
  }

  /**
   * The path with the links of its folders resolved; of the last name, none is.
   * @throws OUTSIDE, or the system's error when the folder it is in does not exist
   */
  #within(path: string): string {
    const root = realpathSync(this.#folder);
    const asked = resolve(this.#folder, path);
    const real = join(realpathSync(dirname(asked)), basename(asked));
    const inside = relative(root, real);
    if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || resolve(inside) === inside)
      throw OUTSIDE;
    // On every system, so that what works on one is safe on all.
    if (inside.split(sep).some(isTrickName)) throw OUTSIDE;
    return real;
  }
}

function outside(): TransferError {
  return new TransferError(
    'invalid-argument',
    'a path leads out of the folder of setPath(), and was refused',
    {
      hint: 'Name files inside that folder, and none through a symbolic link.',
    },
  );
}
