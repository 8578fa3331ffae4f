// The file server beside named peers: npx tsx -C source benchmarks/server.ts [--runs N] [--only upload|small|signed|memory|signing] [--against CHECKOUT]
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './src/bundle.ts';
import { makeFiles } from './src/files.ts';
import { MIB } from './src/options.ts';
import { currentLoad } from './src/report.ts';
import { postFile, postFiles, requestRate } from './src/server/clients.ts';
import { compareMemory, compareRates, compareRounds } from './src/server/report.ts';
import { peakMemory, takeTurns } from './src/server/rounds.ts';
import { uploadSigned } from './src/server/signed-uploads.ts';
import { beginRequest, paramsRequest } from './src/server/signing-requests.ts';
import type { ServerName } from './src/server/types.ts';
import { startStore } from './src/store/start.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
    against: { type: 'string' },
    dir: { type: 'string', default: tmpdir() },
  },
});
const runs = Number(values.runs);
const wanted = (what: string): boolean => values.only === undefined || values.only === what;
// Beside another checkout, installed, this one is compared with that alone.
const { against } = values;
const UPLOADERS: readonly ServerName[] = ['ours', against === undefined ? 'Express + multer-s3' : 'before'];
const TARGET = against === undefined ? { throughput: 2, cpu: 2 } : { throughput: 1 / 1.3, cpu: 1 / 1.3 };
const SMALL = 200 * 1024;

const load = currentLoad();
const files = await makeFiles(values.dir);
const { nodeStore } = await bundle(files.folder);
const store = await startStore('s3', files, [], nodeStore);
const settings = {
  store: store.origins.http,
  ...(against === undefined ? {} : { against: resolve(against) }),
};
try {
  console.log(
    `Node ${process.version}; load ${load.toFixed(1)} before the start. Medians of ${runs}; ours is 1.`,
  );
  if (wanted('upload')) {
    const path = files.input(1024 * MIB);
    const rounds = await takeTurns(UPLOADERS, settings, runs, ({ origin }) => postFile(origin, path));
    compareRounds('mesibo upload URL, one file of 1 GiB', rounds, TARGET);
  }
  if (wanted('small')) {
    const path = files.input(SMALL);
    const work = ({ origin }: { origin: string }): Promise<void> => postFiles(origin, path, 500, 20);
    const rounds = await takeTurns(UPLOADERS, settings, runs, work);
    compareRounds('mesibo upload URL, 500 files of 200 KiB, 20 at once', rounds, TARGET);
  }
  if (wanted('signed') && against !== undefined) {
    const bytes = new Uint8Array(await readFile(files.input(SMALL)));
    const work = ({ origin }: { origin: string }): Promise<void> => uploadSigned(origin, bytes, 200);
    const rounds = await takeTurns(UPLOADERS, settings, runs, work);
    compareRounds('200 files of 200 KiB through signed requests, one after the other', rounds, TARGET);
  }
  if (wanted('memory') && against === undefined) {
    const peakOf = (size: number): Promise<number> =>
      peakMemory('ours', settings, async ({ origin }) => {
        await postFile(origin, files.input(64 * MIB));
        await postFile(origin, files.input(size));
      });
    compareMemory(await peakOf(64 * MIB), await peakOf(4096 * MIB));
  }
  if (wanted('signing') && against === undefined) {
    const names: readonly ServerName[] = ['ours', 'companion'];
    const rates = new Map<ServerName, number[]>(names.map((name) => [name, []]));
    const work = async ({ name, origin }: { name: ServerName; origin: string }): Promise<void> => {
      const request = name === 'ours' ? beginRequest(origin) : paramsRequest(origin);
      rates.get(name)?.push(await requestRate(request, 5));
    };
    const rounds = await takeTurns(names, settings, runs, work);
    compareRates('one small file signed, 20 connections', rates, rounds, { rate: 2 });
  }
} finally {
  store.close();
  await files.remove();
}
