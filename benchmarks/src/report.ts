import { cpus, loadavg } from 'node:os';
import Table from 'cli-table3';
import { CLOUD_SETTINGS } from './clouds.ts';
import { MIB } from './options.ts';
import { medianOf, spreadOf } from './statistics.ts';
import type { StoreSpeed } from './store/check.ts';
import type { Verdict } from './targets.ts';
import type { Cloud, Series, Store } from './types.ts';

const HEAD = [
  'subject',
  'wall s',
  'min - max',
  'MiB/s',
  'CPU s',
  'whole CPU s',
  'peak MiB',
  'store CPU s',
  'wall / ours',
  'CPU / ours',
];

/** The store and the machine, so that figures can be read rightly. */
export function heading(cloud: Cloud, store: Store, load: number): string {
  const { title, warmUp } = CLOUD_SETTINGS[cloud];
  const busy = load > 0.5 ? `; load ${load.toFixed(1)} before the start: other work disturbs this` : '';
  return [
    title,
    `Node ${process.version}, ${cpus().length} cores${busy}`,
    `Store: ${store.kind}`,
    `Wall and CPU are those of the transfer inside of a warm process; whole CPU adds loading and a warm-up of ${warmUp / MIB} MiB.`,
    'curl has nothing to load and no warm-up. Medians; ours is 1.',
  ].join('\n');
}

export function speedLines(speeds: readonly StoreSpeed[]): string {
  return speeds
    .map(({ scheme, up, down }) => {
      const name = scheme.toUpperCase();
      return `The store alone over ${name}: takes ${up} MiB/s from one curl, gives ${down} MiB/s to one.`;
    })
    .join('\n');
}

export function currentLoad(): number {
  return loadavg()[0] ?? 0;
}

/** A table of the subjects that took turns. */
export function tableOf(series: readonly Series[]): string {
  const [first] = series;
  const ours = series.find(({ subject }) => subject === 'ours');
  if (first === undefined || ours === undefined) return '';
  const table = new Table({ head: HEAD, style: { head: [], border: [] }, colAligns: ['left', ...RIGHT] });
  for (const one of series) table.push(row(one, ours));
  return `${first.direction} of ${first.size / MIB} MiB over ${first.scheme.toUpperCase()}\n${table}`;
}

const RIGHT = HEAD.slice(1).map(() => 'right' as const);

function row(series: Series, ours: Series): string[] {
  const wall = spreadOf(series.samples.map((sample) => sample.wall));
  const cpu = medianOf(series, 'cpu');
  const two = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(2));
  return [
    series.subject,
    two(wall.median),
    `${two(wall.min)} - ${two(wall.max)}`,
    (series.size / MIB / wall.median).toFixed(0),
    two(cpu),
    two(medianOf(series, 'wholeCpu')),
    (medianOf(series, 'memory') / MIB).toFixed(0),
    two(medianOf(series, 'storeCpu')),
    two(wall.median / medianOf(ours, 'wall')),
    two(cpu / medianOf(ours, 'cpu')),
  ];
}

/** Peak memory of ours by size. */
export function memoryTable(memory: readonly Series[]): string {
  if (memory.length === 0) return '';
  const head = ['ours', 'MiB moved', 'peak MiB', 'min - max', 'wall s'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const one of memory) {
    const peak = spreadOf(one.samples.map((sample) => sample.memory / MIB));
    const range = `${peak.min.toFixed(0)} - ${peak.max.toFixed(0)}`;
    const wall = medianOf(one, 'wall').toFixed(2);
    table.push([`${one.direction} ${one.scheme}`, one.size / MIB, peak.median.toFixed(0), range, wall]);
  }
  return `Peak memory\n${table}`;
}

export function verdictLines(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(({ pass, target, figure }) => `${pass ? 'pass' : 'FAIL'}  ${target}: ${figure}`)
    .join('\n');
}
