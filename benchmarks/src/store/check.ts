import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Files } from '../files.ts';
import { MIB } from '../options.ts';
import { BUCKET, PREFIX } from '../subjects/access.ts';
import type { Scheme, Store } from '../types.ts';
import { objectName } from './start.ts';

/** How fast the store is at the least: MiB a second that one curl moves from the page cache and to nowhere. */
export interface StoreSpeed {
  readonly scheme: Scheme;
  readonly up: number;
  readonly down: number;
}

const TRIES = 3;

export async function checkStore(
  store: Store,
  files: Files,
  scheme: Scheme,
  size: number,
): Promise<StoreSpeed> {
  const url = `${store.origins[scheme]}/${BUCKET}/${PREFIX}/${objectName(size)}`;
  const best = async (args: readonly string[]): Promise<number> => {
    const seconds: number[] = [];
    for (let round = 0; round < TRIES; round++) seconds.push(await timeOf(files.cert, [...args, url]));
    return Math.round(size / MIB / Math.min(...seconds));
  };
  return { scheme, up: await best(['-T', files.input(size)]), down: await best([]) };
}

async function timeOf(ca: string, args: readonly string[]): Promise<number> {
  const common = ['-sSf', '--cacert', ca, '-w', '%{time_total}', '-o', '/dev/null'];
  const { stdout } = await promisify(execFile)('curl', [...common, ...args]);
  return Number(stdout);
}
