import type { Bundle } from './bundle.ts';
import { CLOUD_SETTINGS } from './clouds.ts';
import type { Files } from './files.ts';
import { type Bench, measure } from './measure.ts';
import { MIB, type Options } from './options.ts';
import { heading, memoryTable, speedLines, tableOf, verdictLines } from './report.ts';
import { checkStore, type StoreSpeed } from './store/check.ts';
import { checkAzure } from './store/check-azure.ts';
import { startStore } from './store/start.ts';
import { judge } from './targets.ts';
import type { Cloud, Scheme, Series } from './types.ts';

/** Of the object that is looked at before anything is measured. */
const CHECKED = 16 * MIB;

const MEMORY_SIZES = [256 * MIB, 4096 * MIB];

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const note = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};

/** What all clouds of one run of the benchmark share. */
export interface Surroundings {
  readonly options: Options;
  readonly files: Files;
  readonly built: Bundle;
  /** Of the machine, before anything was started. */
  readonly load: number;
}

/** Measures one cloud against a store of its own, and prints what came of it. */
export async function runCloud(cloud: Cloud, { options, files, built, load }: Surroundings): Promise<void> {
  const setting = CLOUD_SETTINGS[cloud];
  const schemes = options.schemes ?? setting.schemes;
  const memorySizes = setting.memory && options.parts.includes('memory') ? MEMORY_SIZES : [];
  const sizes = [CHECKED, setting.warmUp, options.size, ...memorySizes];
  const store = await startStore(cloud, files, sizes, built.nodeStore);
  try {
    const say = options.json ? (): void => undefined : print;
    say(heading(cloud, store, load));
    const speeds: StoreSpeed[] = [];
    for (const scheme of schemes) speeds.push(await checkStore(store, files, scheme, options.size));
    say(speedLines(speeds));
    if (cloud === 'azure') {
      await checkAzure(store.origins.http, files, CHECKED);
      say('A block with a wrong digest is refused by the store, an object with a wrong digest by ours.');
    }
    const bench = { cloud, files, store, bundle: built, onRun: note };
    const series = await compare(bench, options, schemes, say);
    const memory = memorySizes.length === 0 ? [] : await watchMemory(bench, schemes, say);
    const targets = judge(cloud, series, memory);
    const { kind } = store;
    if (options.json) print(JSON.stringify({ cloud, store: kind, load, speeds, series, memory, targets }));
    say(`\n${verdictLines(targets)}\n`);
  } finally {
    store.close();
  }
}

type Say = (text: string) => void;

async function compare(
  bench: Bench,
  options: Options,
  schemes: readonly Scheme[],
  say: Say,
): Promise<Series[]> {
  const all: Series[] = [];
  for (const direction of ['upload', 'download'] as const) {
    if (!options.parts.includes(direction)) continue;
    for (const scheme of schemes) {
      const { size, runs } = options;
      const subjects = CLOUD_SETTINGS[bench.cloud].subjects[direction];
      const series = await measure(bench, { direction, scheme, size, runs, subjects });
      all.push(...series);
      note('');
      say(`\n${tableOf(series)}`);
    }
  }
  return all;
}

async function watchMemory(bench: Bench, schemes: readonly Scheme[], say: Say): Promise<Series[]> {
  const all: Series[] = [];
  for (const direction of ['upload', 'download'] as const) {
    for (const scheme of schemes) {
      for (const size of MEMORY_SIZES) {
        all.push(...(await measure(bench, { direction, scheme, size, runs: 1, subjects: ['ours'] })));
      }
    }
  }
  note('');
  say(`\n${memoryTable(all)}`);
  return all;
}
