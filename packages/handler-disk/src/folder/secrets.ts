import { join } from 'node:path';
import type { Keyring } from '../keyring.ts';
import { isErrno, StoreFault } from '../store-fault.ts';
import type { Folder } from './folder.ts';
import { createFile } from './real-files.ts';

/**
 * Notes which secrets sign for this folder, and refuses one that is not what its id stood for before: a replica with
 * another secret would sign what the others refuse. A note is a name of an empty file, which is there at once.
 * @throws StoreFault `SecretMismatch`
 */
export async function noteSecrets({ files, secrets }: Folder, keyring: Keyring): Promise<void> {
  const known = await files.readdir(secrets);
  for (const [id, fingerprint] of keyring.fingerprints()) {
    const own = `${id}~${fingerprint}`;
    const earlier = known.filter((name) => name.startsWith(`${id}~`));
    if (earlier.some((name) => name !== own)) {
      throw new StoreFault(
        500,
        'SecretMismatch',
        `Another secret was used in this folder under the id ${id}. Give the new one a new id.`,
      );
    }
    if (earlier.length > 0) continue;
    try {
      const handle = await createFile(files, join(secrets, own));
      await handle.close();
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
  }
}
