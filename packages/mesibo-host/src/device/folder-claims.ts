import { TransferError } from '@mesibo-files/handler-core';
import type { HostFiles } from './node-files.ts';

/** Which user of a network has which folder: two with one folder would overwrite, or believe, each other's files. */
export class FolderClaims {
  readonly #files: Pick<HostFiles, 'join'>;
  readonly #owners = new Map<string, string>();

  constructor(files: Pick<HostFiles, 'join'>) {
    this.#files = files;
  }

  /** @throws `invalid-argument` when another user has it */
  claim(folder: string, address: string): void {
    // In lower case, for file systems that make one folder of two names.
    const name = this.#files.join(folder, '.').toLowerCase();
    const owner = this.#owners.get(name);
    if (owner === undefined) this.#owners.set(name, address);
    else if (owner !== address) {
      throw new TransferError(
        'invalid-argument',
        `The folder ${JSON.stringify(folder)} is the one that ${JSON.stringify(owner)} receives files in.`,
        { hint: 'Give each user a folder of its own with setPath().' },
      );
    }
  }
}
