import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bytesOf, call, diskBench, factsOf, send } from './bench.ts';

const MAIN = fileURLToPath(new URL('./staging-main.ts', import.meta.url));

/** A process that writes into the folder, and does not come to an end. */
async function staging(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', '-C', 'source', MAIN, folder], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('It prints nowhere.');
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe.runIf(process.platform === 'linux')('what a process leaves that is killed', () => {
  it('is removed by the next start of any other, and nothing of one that lives', async () => {
    const b = await diskBench();
    const [killed, alive] = [await staging(b.folder), await staging(b.folder)];
    expect(await b.staged()).toHaveLength(2);
    // While both live, nothing is anybody's to remove.
    await b.replica().start();
    expect(await b.staged()).toHaveLength(2);
    await kill(killed);
    await b.replica().start();
    expect(await b.staged()).toHaveLength(1);
    expect(await readdir(join(b.folder, 'owners'))).toHaveLength(1);
    await kill(alive);
    expect(await b.replica().sweep()).toBe(1);
    expect(await b.staged()).toEqual([]);
    expect(await readdir(join(b.folder, 'owners'))).toEqual([]);
  });

  it('stays, until it is old, where it can not be proved whose it is', async () => {
    const b = await diskBench();
    await kill(await staging(b.folder));
    await rm(join(b.folder, 'owners'), { recursive: true });
    await mkdir(join(b.folder, 'staging', `put-${'0'.repeat(32)}`));
    await b.replica().start();
    expect(await b.staged()).toHaveLength(2);
    const later = b.replica({ clock: { now: () => Date.now() + 100 * 60 * 60 * 1000 } });
    expect(await later.sweep()).toBe(2);
  });

  it('is proved through a path that is too long for a socket', async () => {
    const b = await diskBench();
    const folder = join(b.folder, 'a'.repeat(150));
    await mkdir(b.folder, { recursive: true });
    await kill(await staging(folder));
    const store = b.replica({ folder });
    await store.start();
    expect(await readdir(join(folder, 'staging'))).toEqual([]);
  });

  it('has no socket any more when it closed in good order', async () => {
    const b = await diskBench();
    const store = b.replica();
    const upload = await store.signer.local?.receive(factsOf(bytesOf(10)), { read: async () => 10 }, call);
    await upload?.commit(call);
    expect(await readdir(join(b.folder, 'owners'))).toHaveLength(1);
    await store.close();
    expect(await readdir(join(b.folder, 'owners'))).toEqual([]);
  });
});

it('a file that was sent and never committed is listed, and swept', async () => {
  const b = await diskBench({ singleUpTo: 1_000_000 });
  const bytes = bytesOf(1_000);
  const plan = await b.store.signer.begin(factsOf(bytes), { ...call, staging: 'hidden' });
  const request = plan.signed[0]?.request;
  if (request === undefined) throw new Error('Nothing was signed.');
  expect((await send(request, bytes)).status).toBe(200);
  const listed = [];
  for await (const one of b.store.signer.unfinished(-1, call)) listed.push(one);
  expect(listed).toHaveLength(1);
  await b.store.signer.discard(listed[0]?.ticket ?? '', call);
  expect(await b.staged()).toEqual([]);
});
