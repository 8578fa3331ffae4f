import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { download, TransferError } from '@mesibo-files/handler-core';
import { fromBase64, toBase64 } from '@mesibo-files/handler-core/provider';
import type { Files } from '../files.ts';
import { PREFIX } from '../subjects/access.ts';
import { azureAccess, azureContainer } from '../subjects/azure-access.ts';
import { objectName } from './start.ts';

/** Each has a folder of objects that state it alone, and wrongly. */
const DIGESTS = ['crc32', 'crc64', 'md5'] as const;

/**
 * Figures with digests on mean nothing if nobody compares them: a block with a wrong one must be refused by the store,
 * and an object with a wrong one by ours.
 *
 * @throws Error that says who did not compare
 */
export async function checkAzure(origin: string, files: Files, size: number): Promise<void> {
  for (const algorithm of ['crc64', 'md5'] as const) {
    const [right, wrong] = [
      await sendBlock(origin, files, algorithm, true),
      await sendBlock(origin, files, algorithm, false),
    ];
    if (right !== 201) throw new Error(`the store answers ${right} to a block with its ${algorithm}`);
    if (wrong !== 400) throw new Error(`the store answers ${wrong} to a block with a wrong ${algorithm}`);
  }
  for (const algorithm of DIGESTS) {
    const code = await downloadWrong(origin, files, algorithm, size);
    if (code !== 'digest-mismatch') throw new Error(`an object with a wrong ${algorithm} was taken: ${code}`);
  }
}

/** Sends the block as an upload of ours does; the answer is the status. */
async function sendBlock(
  origin: string,
  files: Files,
  algorithm: 'crc64' | 'md5',
  honest: boolean,
): Promise<number> {
  const { bytes, digests } = files.piece();
  const digest = fromBase64(algorithm === 'crc64' ? digests.crc64nvme : digests.md5) ?? new Uint8Array();
  const stated = toBase64(algorithm === 'crc64' ? digest.toReversed() : digest);
  const header = algorithm === 'crc64' ? 'x-ms-content-crc64' : 'content-md5';
  const zeros = toBase64(new Uint8Array(digest.length));
  const blockId = encodeURIComponent(Buffer.from('000001').toString('base64'));
  const url = `${azureContainer(origin)}/${PREFIX}/checked?comp=block&blockid=${blockId}`;
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { [header]: honest ? stated : zeros },
    body: new Uint8Array(bytes),
  });
  await answer.arrayBuffer();
  return answer.status;
}

async function downloadWrong(
  origin: string,
  files: Files,
  algorithm: (typeof DIGESTS)[number],
  size: number,
): Promise<string> {
  const folder = await mkdtemp(join(files.folder, 'check-'));
  const signer = azureAccess(origin, algorithm === 'md5' ? 'md5' : 'crc64');
  const url = `${azureContainer(origin)}/${PREFIX}/wrong-${algorithm}/${objectName(size)}`;
  try {
    await download({ signers: [signer], url, to: join(folder, 'target') });
    return 'no failure';
  } catch (error) {
    return TransferError.is(error) ? error.code : String(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
