import { rmSync } from 'node:fs';
import { bundle } from './bundle.ts';
import { makeFiles } from './files.ts';
import { type Bench, measure, WARM_UP } from './measure.ts';
import { MIB, type Options, readOptions, USAGE } from './options.ts';
import { currentLoad, heading, memoryTable, speedLines, tableOf, verdictLines } from './report.ts';
import { checkStore, type StoreSpeed } from './store/check.ts';
import { startStore } from './store/start.ts';
import { judge } from './targets.ts';
import type { Direction, Series, SubjectName } from './types.ts';

const MEMORY_SIZES = [256 * MIB, 4096 * MIB];
const PEERS: Readonly<Record<Direction, readonly SubjectName[]>> = {
  upload: ['ours', 'lib-storage', 'curl'],
  download: ['ours', 'GetObject', 'curl'],
};

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const note = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};

async function compare(bench: Bench, options: Options): Promise<Series[]> {
  const all: Series[] = [];
  for (const direction of ['upload', 'download'] as const) {
    if (!options.parts.includes(direction)) continue;
    for (const scheme of options.schemes) {
      const { size, runs } = options;
      const series = await measure(bench, { direction, scheme, size, runs, subjects: PEERS[direction] });
      all.push(...series);
      note('');
      if (!options.json) print(`\n${tableOf(series)}`);
    }
  }
  return all;
}

async function watchMemory(bench: Bench, options: Options): Promise<Series[]> {
  if (!options.parts.includes('memory')) return [];
  const all: Series[] = [];
  for (const direction of ['upload', 'download'] as const) {
    for (const scheme of options.schemes) {
      for (const size of MEMORY_SIZES) {
        all.push(...(await measure(bench, { direction, scheme, size, runs: 1, subjects: ['ours'] })));
      }
    }
  }
  note('');
  if (!options.json) print(`\n${memoryTable(all)}`);
  return all;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return print(USAGE);
  const load = currentLoad();
  const files = await makeFiles(options.dir);
  process.once('SIGINT', () => {
    rmSync(files.folder, { recursive: true, force: true });
    process.exit(130);
  });
  try {
    const built = await bundle(files.folder);
    const memorySizes = options.parts.includes('memory') ? MEMORY_SIZES : [];
    const store = await startStore(files, [WARM_UP, options.size, ...memorySizes], built.nodeStore);
    if (!options.json) print(heading(store, load));
    const speeds: StoreSpeed[] = [];
    for (const scheme of options.schemes) speeds.push(await checkStore(store, files, scheme, options.size));
    if (!options.json) print(speedLines(speeds));
    const bench = { files, store, bundle: built, onRun: note };
    const series = await compare(bench, options);
    const memory = await watchMemory(bench, options);
    const targets = judge(series, memory);
    store.close();
    if (options.json) print(JSON.stringify({ store: store.kind, load, speeds, series, memory, targets }));
    else print(`\n${verdictLines(targets)}`);
  } finally {
    await files.remove();
  }
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
