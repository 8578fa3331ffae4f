import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Table from 'cli-table3';
import { MIB } from '../options.ts';
import { type Load, type NextRequest, sendLoad } from './load-client.ts';
import { downloadRequest, uploadRequest } from './load-requests.ts';
import { startServer } from './start-server.ts';
import type { RunningServer, ServerName } from './types.ts';

/** What is loaded, how, and how often. */
export interface LoadOptions {
  readonly dir: string;
  readonly names: readonly ServerName[];
  readonly connections: readonly number[];
  readonly runs: number;
  readonly seconds: number;
  readonly ways: readonly ('up' | 'down')[];
  readonly against?: string;
}

const SIZE = 100 * 1024;

interface Taken {
  readonly load: Load;
  /** Milliseconds of the server's CPU for each answered request. */
  readonly cpu: number;
}

/** Loads the servers in turn, each with a folder of its own, and prints a row for each and each number of connections. */
export async function compareLoads(options: LoadOptions): Promise<void> {
  const folders: string[] = [];
  const servers: RunningServer[] = [];
  try {
    for (const name of options.names) {
      const store = await mkdtemp(join(options.dir, 'load-'));
      folders.push(store);
      const { against } = options;
      servers.push(await startServer(name, { store, ...(against === undefined ? {} : { against }) }));
    }
    for (const way of options.ways) {
      const requests = new Map<ServerName, NextRequest>();
      for (const { name, origin } of servers) {
        const bytes = randomBytes(SIZE);
        const next =
          way === 'up' ? uploadRequest(name, origin, bytes) : await downloadRequest(name, origin, SIZE);
        requests.set(name, next);
        // Code that runs often must have been compiled.
        await sendLoad(origin, 20, Math.min(3, options.seconds), next);
      }
      for (const connections of options.connections) {
        const taken = new Map<ServerName, Taken[]>();
        for (let run = 0; run < options.runs; run += 1) {
          for (const server of servers) {
            const cpu = server.cpu();
            const next = requests.get(server.name) as NextRequest;
            const load = await sendLoad(server.origin, connections, options.seconds, next);
            const each = ((server.cpu() - cpu) * 1000) / load.latencies.length;
            taken.set(server.name, [...(taken.get(server.name) ?? []), { load, cpu: each }]);
          }
        }
        print(`${way}, ${connections} connections, ${SIZE / 1024} KiB`, taken, servers);
      }
    }
  } finally {
    for (const server of servers) await server.stop();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }
}

function print(
  title: string,
  taken: ReadonlyMap<ServerName, readonly Taken[]>,
  servers: readonly RunningServer[],
): void {
  const head = [
    'server',
    'requests/s',
    'p50 ms',
    'p99 ms',
    'CPU ms',
    'refused',
    'broken',
    'ours /',
    'peak MiB',
  ];
  const table = new Table({ head, style: { head: [], border: [] } });
  const rateOf = (all: readonly Taken[]): number =>
    median(all.map(({ load }) => load.latencies.length / load.seconds));
  const [ours = []] = taken.values();
  for (const [name, all] of taken) {
    const latencies = all.flatMap(({ load }) => load.latencies).sort((left, right) => left - right);
    const at = (share: number): string => (latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(1);
    const refused = all
      .flatMap(({ load }) => [...load.refused.values()])
      .reduce((sum, count) => sum + count, 0);
    const broken = all.reduce((sum, { load }) => sum + load.broken, 0);
    const memory = servers.find((server) => server.name === name)?.memory() ?? 0;
    table.push([
      name,
      rateOf(all).toFixed(0),
      at(0.5),
      at(0.99),
      median(all.map(({ cpu }) => cpu)).toFixed(2),
      refused,
      broken,
      (rateOf(ours) / rateOf(all)).toFixed(2),
      (memory / MIB).toFixed(0),
    ]);
  }
  console.log(`\n${title}\n${table}`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
