import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createRuntime, download, type Signer, upload } from '@mesibo-files/handler-core';

/** The instructions for a process that will be killed, as a line of JSON. */
export interface VictimOrders {
  /** What its signer is made of; plain data. */
  readonly settings: unknown;
  /** Folder of the journal. */
  readonly journal: string;
  /** The file to upload, or where the download goes. */
  readonly path: string;
  /** What to download; null: upload. */
  readonly url: string | null;
}

/** Message of every victim's upload. */
export const VICTIM_MESSAGE = 7n;

/**
 * The program of a process that is going to be killed: waits for its orders, says `ready`, moves one file with a journal on
 * the disk, says `done` and ends. A provider's test has a file that calls this with a way to make its signer.
 */
export async function runVictim(signerOf: (settings: unknown) => Signer): Promise<void> {
  const [line] = await once(createInterface(process.stdin), 'line');
  const { settings, journal, path, url } = JSON.parse(line) as VictimOrders;
  const signer = signerOf(settings);
  const runtime = createRuntime({ journal });
  process.stdout.write('ready\n');
  if (url === null) await upload({ signer, runtime, from: path, mid: VICTIM_MESSAGE });
  else await download({ signers: [signer], runtime, url, to: path });
  process.stdout.write('done\n');
  process.exit(0);
}
