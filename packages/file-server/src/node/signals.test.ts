import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { bundledProgram } from '@mesibo-files/conformance/program';
import { afterEach, expect, it } from 'vitest';
import { rawClient } from '../../test/node/raw-client.ts';

const MAIN = new URL('../../test/node/stopping-main.ts', import.meta.url);
const SLOW = 'GET /slow HTTP/1.1\r\nHost: a\r\n\r\n';

let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
});

interface Running {
  readonly process: ChildProcess;
  readonly port: number;
  /** The next line that it prints. */
  line(): Promise<string>;
}

async function start(): Promise<Running> {
  child = spawn(process.execPath, [await bundledProgram(MAIN)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('it prints nowhere');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  return { process: child, line, port: Number(await line()) };
}

it.each(['SIGTERM', 'SIGINT'] as const)('%s lets what runs finish, and ends the process', async (signal) => {
  const running = await start();
  const client = await rawClient(running.port);
  client.send(SLOW);
  expect(await running.line()).toBe('begun');
  running.process.kill(signal);
  // Its port is closed before anything else happens.
  await expect.poll(async () => await rawClient(running.port).catch(() => null)).toBeNull();
  running.process.stdin?.write('go on\n');
  expect(await client.answer()).toMatchObject({ status: 200, body: 'done' });
  expect(await running.line()).toBe('closed');
  expect(await once(running.process, 'exit')).toEqual([0, null]);
});

it('a second signal waits for nothing', async () => {
  const running = await start();
  const client = await rawClient(running.port);
  client.send(SLOW);
  expect(await running.line()).toBe('begun');
  running.process.kill('SIGTERM');
  await expect.poll(async () => await rawClient(running.port).catch(() => null)).toBeNull();
  running.process.kill('SIGTERM');
  expect(await client.answer()).toBeNull();
  expect(await running.line()).toBe('closed');
});
