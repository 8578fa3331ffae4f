import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createRuntime,
  download,
  type Runtime,
  type RuntimeOptions,
  TransferError,
  upload,
} from '@mesibo-files/handler-core';
import { s3Signer } from '@mesibo-files/handler-s3';
import Table from 'cli-table3';
import { bundle } from '../bundle.ts';
import type { Files } from '../files.ts';
import { currentLoad } from '../report.ts';
import { objectName, startStore } from '../store/start.ts';
import { BUCKET, PREFIX, s3Access } from '../subjects/access.ts';
import type { Store } from '../types.ts';
import { LINK_CASES, type LinkCase } from './links.ts';
import { startLink } from './start-link.ts';

/** What is compared: fixed settings, and what follows the link. */
const SETTINGS: readonly (readonly [name: string, limits: RuntimeOptions['limits'] & object])[] = [
  ['fixed 4', { pacing: 'fixed', concurrency: 4 }],
  ['fixed 16', { pacing: 'fixed', concurrency: 16 }],
  ['adaptive', {}],
];

/** What one transfer over a link came to. */
interface Measured {
  /** Of what the bandwidth allows; null: it failed. */
  readonly ratio: number | null;
  readonly text: string;
}

/** Uploads and downloads over slow links, with fixed settings and with those that follow the link. */
export async function runLinks(files: Files, only: string | null): Promise<void> {
  const cases = LINK_CASES.filter(
    ({ title, direction }) => only === null || `${title} ${direction}`.includes(only),
  );
  const { nodeStore } = await bundle(files.folder);
  const sizes = [...new Set(cases.flatMap((one) => one.files))];
  const store = await startStore('s3', files, sizes, nodeStore);
  const table = new Table({ head: ['link', 'direction', 'MiB', ...SETTINGS.map(([name]) => name)] });
  try {
    for (const one of cases) {
      const total = one.files.reduce((sum, size) => sum + size, 0);
      const row: string[] = [];
      for (const [name, limits] of SETTINGS) {
        const { text } = await measure(files, store, one, limits);
        process.stderr.write(`${one.title}, ${one.direction}, ${name}: ${text}\n`);
        row.push(text);
      }
      table.push([one.title, one.direction, (total / 2 ** 20).toFixed(1), ...row]);
    }
  } finally {
    store.close();
  }
  console.log(
    `Node ${process.version}; load ${currentLoad().toFixed(1)}. Ratio to what the bandwidth allows, seconds.`,
  );
  console.log(table.toString());
}

async function measure(
  files: Files,
  store: Store,
  { link: facts, allows, direction, files: sizes }: LinkCase,
  limits: RuntimeOptions['limits'] & object,
): Promise<Measured> {
  const link = await startLink(store.origins.http, facts);
  let retries = 0;
  const runtime = createRuntime({
    limits,
    onEvent: ({ type }) => {
      if (type === 'retrying') retries += 1;
    },
  });
  const began = performance.now();
  try {
    await Promise.all(sizes.map((size, index) => move(files, link.origin, direction, size, index, runtime)));
    const seconds = (performance.now() - began) / 1000;
    const ratio = (sizes.reduce((sum, size) => sum + size, 0) * 8) / allows / seconds;
    const lanes = direction === 'upload' ? runtime.pace.up.lanes : runtime.pace.down.lanes;
    const again = retries > 0 ? `, ${retries} retries` : '';
    return { ratio, text: `${ratio.toFixed(2)} (${seconds.toFixed(1)} s, ${lanes} lanes${again})` };
  } catch (error) {
    return { ratio: null, text: `failed: ${TransferError.from(error).code}, ${retries} retries` };
  } finally {
    link.close();
  }
}

async function move(
  files: Files,
  origin: string,
  direction: LinkCase['direction'],
  size: number,
  index: number,
  runtime: Runtime,
): Promise<void> {
  const signer = s3Signer({ bucket: BUCKET, prefix: PREFIX, checksum: 'crc32', ...s3Access(origin) });
  if (direction === 'upload') {
    await upload({ signer, from: files.input(size), mid: BigInt(index + 1), source: index, runtime });
    return;
  }
  const to = join(files.folder, `down-${index}`);
  // A query makes each a download of its own, or they would be one.
  const url = `${origin}/${BUCKET}/${PREFIX}/${objectName(size)}`;
  await download({
    signers: [s3Signer({ bucket: BUCKET, prefix: PREFIX, ...s3Access(origin) })],
    url,
    to,
    runtime,
  });
  await rm(to, { force: true });
}
