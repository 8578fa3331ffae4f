import { startServer } from './start-server.ts';
import type { Round, RunningServer, ServerName, ServerSettings } from './types.ts';

/** The work of one round. */
export type Work = (server: RunningServer) => Promise<void>;

/** The servers take turns at the same work, round after round; the first round of each is thrown away. */
export async function takeTurns(
  names: readonly ServerName[],
  settings: ServerSettings,
  runs: number,
  work: Work,
): Promise<ReadonlyMap<ServerName, readonly Round[]>> {
  const servers: RunningServer[] = [];
  try {
    for (const name of names) servers.push(await startServer(name, settings));
    const rounds = new Map<ServerName, Round[]>(names.map((name) => [name, []]));
    for (let round = 0; round <= runs; round += 1) {
      for (const server of servers) {
        const taken = await measure(server, work);
        if (round > 0) rounds.get(server.name)?.push(taken);
      }
    }
    return rounds;
  } finally {
    for (const server of servers) await server.stop();
  }
}

async function measure(server: RunningServer, work: Work): Promise<Round> {
  const cpu = server.cpu();
  const began = performance.now();
  await work(server);
  return { wall: (performance.now() - began) / 1000, cpu: server.cpu() - cpu };
}

/** Peak memory, in bytes, of a fresh server after this work. */
export async function peakMemory(name: ServerName, settings: ServerSettings, work: Work): Promise<number> {
  const server = await startServer(name, settings);
  try {
    await work(server);
    return server.memory();
  } finally {
    await server.stop();
  }
}
