import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { familyCpu, peakMemoryOf } from '../proc.ts';
import type { Listening, RunningServer, ServerName, ServerSettings } from './types.ts';

const FILES: Readonly<Record<ServerName, string>> = {
  ours: 'ours.ts',
  before: 'ours.ts',
  'Express + multer-s3': 'express-multer-s3.ts',
  companion: 'companion.ts',
  'ours, disk': 'disk-ours.ts',
  'before, disk': 'disk-ours.ts',
  'Express + multer, disk': 'disk-express.ts',
  '@tus/server, disk': 'disk-tus.ts',
};

/** Starts a server in a Node of its own; it ends with `stop`. */
export async function startServer(name: ServerName, settings: ServerSettings): Promise<RunningServer> {
  const home = homeOf(name, settings);
  const file = join(home, 'src/server/subjects', FILES[name]);
  const extra = (process.env.BENCH_NODE_ARGS ?? '').split(' ').filter((word) => word !== '');
  const args = [...extra, '--conditions=source', '--import', 'tsx', file, JSON.stringify(settings)];
  const child = spawn(process.execPath, args, {
    // What peers print on their standard output is of no interest.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    cwd: home,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      // As the command sets it, for itself; the peers have Node's default.
      ...(/^(ours|before), disk$/.test(name)
        ? { UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16' }
        : {}),
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  });
  const ended = once(child, 'exit');
  const said = once(child, 'message').then(([message]): Listening => message);
  const early = ended.then(([code]) => Promise.reject(new Error(`${name} ended with ${code}`)));
  const { port } = await Promise.race([said, early]);
  early.catch(() => undefined);
  const { pid } = child;
  return {
    name,
    origin: `http://127.0.0.1:${port}`,
    cpu: () => (pid === undefined ? Number.NaN : (familyCpu(pid) ?? Number.NaN)),
    memory: () => peakMemoryOf(pid) ?? Number.NaN,
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** The folder of the benchmarks that a server runs from. */
function homeOf(name: ServerName, { against }: ServerSettings): string {
  if (name !== 'before' && name !== 'before, disk') return join(import.meta.dirname, '../..');
  if (against === undefined) throw new Error('`before` needs --against, the root of another checkout');
  return join(against, 'benchmarks');
}
