import Table from 'cli-table3';
import { MIB } from '../options.ts';
import { spreadOf } from '../statistics.ts';
import type { Round, ServerName } from './types.ts';

type Rounds = ReadonlyMap<ServerName, readonly Round[]>;

const median = (values: readonly number[]): number => spreadOf([...values]).median;

/** Prints how long the servers took, and whether ours is as many times better as it must be. */
export function compareRounds(
  title: string,
  rounds: Rounds,
  target: { readonly throughput: number; readonly cpu: number },
): void {
  const table = plainTable(['server', 'wall s', 'min - max', 'server CPU s', 'wall / ours', 'CPU / ours']);
  const ours = rounds.get('ours') ?? [];
  for (const [name, taken] of rounds) {
    const wall = spreadOf(taken.map((round) => round.wall));
    const cpu = median(taken.map((round) => round.cpu));
    const ratio = ratios(taken, ours);
    table.push([
      name,
      wall.median.toFixed(2),
      `${wall.min.toFixed(2)} - ${wall.max.toFixed(2)}`,
      cpu.toFixed(2),
      ratio.wall.toFixed(2),
      ratio.cpu.toFixed(2),
    ]);
  }
  console.log(`\n${title}\n${table}`);
  for (const [name, taken] of rounds) {
    if (name === 'ours') continue;
    const { wall, cpu } = ratios(taken, ours);
    verdict(wall >= target.throughput, `${target.throughput} times the throughput of ${name}`, wall);
    verdict(cpu >= target.cpu, `${target.cpu} times less CPU than ${name}`, cpu);
  }
}

/** Prints requests a second. */
export function compareRates(
  title: string,
  rates: ReadonlyMap<ServerName, readonly number[]>,
  rounds: Rounds,
  target: { readonly rate: number },
): void {
  const table = plainTable(['server', 'requests/s', 'server CPU ms a request']);
  const rateOf = (name: ServerName): number => median((rates.get(name) ?? []).slice(1));
  for (const [name, taken] of rounds) {
    const share = taken.map(({ cpu }, index) => (cpu * 1000) / ((rates.get(name) ?? [])[index + 1] ?? 0) / 5);
    table.push([name, rateOf(name).toFixed(0), median(share).toFixed(3)]);
  }
  console.log(`\n${title}\n${table}`);
  for (const name of rounds.keys()) {
    if (name === 'ours') continue;
    const ratio = rateOf('ours') / rateOf(name);
    verdict(ratio >= target.rate, `${target.rate} times the requests a second of ${name}`, ratio);
  }
}

/** Prints peak memory after a small and a large upload. */
export function compareMemory(small: number, large: number): void {
  const difference = (large - small) / MIB;
  const figures = `${(small / MIB).toFixed(0)} and ${(large / MIB).toFixed(0)} MiB`;
  console.log(`\npeak memory of our server after uploads of 64 MiB and 4 GiB: ${figures}`);
  verdict(difference <= 32, 'within 32 MiB', difference);
}

function ratios(taken: readonly Round[], ours: readonly Round[]): Round {
  const of = (name: keyof Round): number =>
    median(taken.map((round) => round[name])) / median(ours.map((round) => round[name]));
  return { wall: of('wall'), cpu: of('cpu') };
}

function verdict(pass: boolean, target: string, figure: number): void {
  console.log(`${pass ? 'pass' : 'FAIL'}  ${target}: ${figure.toFixed(2)}`);
}

function plainTable(head: string[]): InstanceType<typeof Table> {
  return new Table({ head, style: { head: [], border: [] } });
}
