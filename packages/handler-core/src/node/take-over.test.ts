import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdtemp, open, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRuntime, memoryJournal, sweepDownloads } from '../index.ts';
import type { Target } from '../ports/ports.ts';
import { manualClock } from '../testing/index.ts';
import { thisMachine } from './file-system.ts';
import { openFileTarget } from './file-target.ts';
import { nodeFiles } from './files.ts';
import { sweepFolder } from './leftovers.ts';
import { isDead, type ProcessIdentity, thisProcess } from './process-identity.ts';

let folder: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'take-over-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  child = undefined;
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const named = async (kind: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith(`.${kind}`)).map(at);
const note = async (): Promise<string> => (await named('kept'))[0] ?? '';
const readNoted = async (): Promise<{ owner: ProcessIdentity | null; stretches: number[][] }> =>
  JSON.parse(await readFile(await note(), 'utf8'));

/** Leaves ten bytes with two gaps, as a run that ended in good order does. */
async function left(prove = false): Promise<void> {
  const target = await openFileTarget(at('f'), 'key', { prove });
  await target.write(0, text('ab'));
  await target.write(4, text('ef'));
  await target.write(8, text('ij'));
  for (const first of [0, 4, 8]) await target.keep(first + 2, first);
  await target.close(true);
}

async function rewrite(change: object): Promise<void> {
  const path = await note();
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }));
}

async function keptNow(prove = false): Promise<unknown> {
  const target = await openFileTarget(at('f'), 'key', { prove });
  const { kept, keptBeyond } = target;
  await target.close(false);
  return [kept, keptBeyond];
}

const ALL = [
  2,
  [
    { first: 4, end: 6 },
    { first: 8, end: 10 },
  ],
];
const NOTHING = [0, []];

/** A process of somebody else that does nothing until it is killed. */
async function another(): Promise<ProcessIdentity> {
  child = spawn(process.execPath, ['-e', 'process.stdout.write("x"); setInterval(() => {}, 1e6)']);
  if (child.stdout !== null) await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return { ...(await thisProcess()), pid, started: stat?.split(') ')[1]?.split(' ')[19] ?? null };
}

async function kill(): Promise<void> {
  const dying = child;
  if (dying === undefined) return;
  dying.kill('SIGKILL');
  await once(dying, 'exit');
  child = undefined;
}

describe('a temporary file', () => {
  it('belongs to one run: two that write to one place do not meet', async () => {
    const both: Target[] = [];
    for (const bytes of ['first', 'SECOND!']) {
      const target = await openFileTarget(at('f'), 'key');
      await target.write(0, text(bytes));
      await target.keep(bytes.length);
      both.push(target);
    }
    expect(new Set(await named('part')).size).toBe(2);
    await both[0]?.commit(at('f'));
    expect(await readFile(at('f'), 'utf8')).toBe('first');
    await both[1]?.commit(at('f'));
    expect(await readFile(at('f'), 'utf8')).toBe('SECOND!');
    expect(await readdir(folder)).toEqual(['f']);
  });

  it('can not be guessed', async () => {
    const names: string[] = [];
    for (let count = 0; count < 2; count += 1) {
      const target = await openFileTarget(at('f'), 'key');
      names.push(...(await named('part')));
      await target.close(false);
    }
    expect(new Set(names).size).toBe(2);
    expect(names[0]).toMatch(/\.mesibo-[0-9a-f]{24}-[0-9a-f]{16}\.part$/);
  });

  it('is not moved into place when somebody else put another there, or changed its length, or has a link to it', async () => {
    for (const touch of [
      async (part: string) => {
        await rm(part);
        await writeFile(part, 'bytes');
      },
      (part: string) => writeFile(part, ''),
      (part: string) => writeFile(part, 'more bytes'),
      (part: string) => link(part, at('link')),
    ]) {
      const target = await openFileTarget(at('f'), 'key');
      await target.write(0, text('bytes'));
      await touch((await named('part'))[0] ?? '');
      await expect(target.commit(at('f'))).rejects.toMatchObject({ code: 'file-io' });
      await expect(target.copy(at('g'))).rejects.toMatchObject({ code: 'file-io' });
      await target.close(false);
      await rm(at('link'), { force: true });
      expect(await readdir(folder)).toEqual([]);
    }
  });
});

describe('what a run left', () => {
  it('is continued with all its stretches, not only the first', async () => {
    await left();
    const target = await openFileTarget(at('f'), 'key');
    expect([target.kept, target.keptBeyond]).toEqual(ALL);
    await target.write(2, text('cd'));
    await target.write(6, text('gh'));
    await target.commit(at('f'));
    expect([await readFile(at('f'), 'utf8'), await readdir(folder)]).toEqual(['abcdefghij', ['f']]);
  });

  it('is taken over by one of two that come at once', async () => {
    await left();
    const targets = await Promise.all([1, 2, 3].map(() => openFileTarget(at('f'), 'key')));
    expect(targets.map(({ kept }) => kept).sort()).toEqual([0, 0, 2]);
    for (const target of targets) await target.close(false);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is named by its note while the run is at work, and nobody takes it over', async () => {
    const clock = manualClock();
    const target = await openFileTarget(at('f'), 'key', {}, { ...thisMachine, clock });
    await target.write(0, text('abc'));
    await target.keep(1);
    expect(await named('kept')).toEqual([]);
    await clock.advance(1000);
    await target.keep(2);
    await vi.waitFor(async () => expect(await named('kept')).toHaveLength(1));
    expect(await readNoted()).toMatchObject({ owner: { pid: process.pid }, stretches: [[0, 2, null]] });
    const other = await openFileTarget(at('f'), 'key');
    expect(other.kept).toBe(0);
    await other.write(0, text('x'));
    await other.keep(1);
    await other.close(true);
    expect(await readNoted()).toMatchObject({ owner: { pid: process.pid } });
    await target.close(true);
    expect((await readNoted()).owner).toBeNull();
    expect(await named('part')).toHaveLength(1);
  });

  it('is taken over only when the process at work on it is dead for certain', async () => {
    await left();
    const owner = await another();
    await rewrite({ owner });
    const before = await readFile(await note(), 'utf8');
    const target = await openFileTarget(at('f'), 'key');
    expect(target.kept).toBe(0);
    await target.close(false);
    expect(await readFile(await note(), 'utf8')).toBe(before);
    await kill();
    expect(await keptNow()).toEqual(ALL);
  });

  it('is noted only when it is on the disk', async () => {
    const handle = await open(at('probe'), 'w');
    await handle.close();
    const clock = manualClock();
    const target = await openFileTarget(at('f'), 'key', {}, { ...thisMachine, clock });
    const broken = vi.spyOn(Object.getPrototypeOf(handle), 'datasync').mockRejectedValue(new Error('EIO'));
    await target.write(0, text('abc'));
    await clock.advance(1000);
    await target.keep(3);
    await target.close(true);
    expect(broken).toHaveBeenCalled();
    expect([await named('kept'), await named('part')]).toEqual([[], []]);
  });

  it('must be proved where no digest will tell', async () => {
    await left();
    expect(await keptNow(true)).toEqual(NOTHING);
    await left(true);
    expect(await keptNow(true)).toEqual(ALL);
    await left(true);
    const [part = ''] = await named('part');
    await writeFile(part, 'ab..eX..ij');
    expect(await keptNow(true)).toEqual([2, [{ first: 8, end: 10 }]]);
  });

  it('proves what was written last where something was written twice', async () => {
    const target = await openFileTarget(at('f'), 'key', { prove: true });
    await target.write(0, text('abcd'));
    await target.write(2, text('XY'));
    await target.write(4, text('ef'));
    await target.keep(6);
    await target.close(true);
    expect(await keptNow(true)).toEqual([0, [{ first: 2, end: 6 }]]);
  });
});

describe('a link that somebody planted', () => {
  it('in the place of a note, or of the bytes, is never followed', async () => {
    await writeFile(at('victim'), 'precious bytes');
    await left();
    const [part = ''] = await named('part');
    await rm(part);
    await symlink(at('victim'), part);
    expect(await keptNow()).toEqual(NOTHING);
    await left();
    const path = await note();
    await writeFile(at('victim'), await readFile(path));
    const planted = await readFile(at('victim'), 'utf8');
    await rm(path);
    await symlink(at('victim'), path);
    expect(await keptNow()).toEqual(NOTHING);
    expect(await readFile(at('victim'), 'utf8')).toBe(planted);
  });
});

describe('a process', () => {
  it('is alive as long as it is there, under its number and its start', async () => {
    expect(await isDead(await thisProcess())).toBe(false);
    const other = await another();
    expect(await isDead(other)).toBe(false);
    if (other.started !== null) expect(await isDead({ ...other, started: '1' })).toBe(true);
    await kill();
    expect(await isDead(other)).toBe(true);
  });

  it('of another host or container can not be judged; of a system that was started anew it is dead', async () => {
    const gone = await another();
    await kill();
    expect(await isDead({ ...gone, host: 'elsewhere' })).toBe(false);
    expect(await isDead({ ...gone, numbers: 'pid:[1]' })).toBe(false);
    if (gone.boot === null) return;
    expect(await isDead({ ...(await thisProcess()), boot: 'before' })).toBe(true);
  });
});

describe('a sweep', () => {
  const age = async (path: string): Promise<void> => utimes(path, 1, 1);

  it('removes what is old and in nobody’s use, and nothing else', async () => {
    await left();
    for (const path of [...(await named('part')), ...(await named('kept'))]) await age(path);
    const tag = 'a'.repeat(24);
    for (const kind of ['part', 'copy', 'note', 'claim']) {
      const path = at(`.mesibo-${tag}-${'0'.repeat(16)}.${kind}`);
      await writeFile(path, '');
      await age(path);
    }
    await writeFile(at(`.mesibo-${tag}-${'1'.repeat(16)}.part`), 'young');
    for (const name of ['.mesibo-x.part', 'photo.part', '.mesibo-journal']) {
      await writeFile(at(name), '');
      await age(at(name));
    }
    expect(await sweepFolder(folder, 1000)).toBe(6);
    expect((await readdir(folder)).sort()).toEqual([
      '.mesibo-aaaaaaaaaaaaaaaaaaaaaaaa-1111111111111111.part',
      '.mesibo-journal',
      '.mesibo-x.part',
      'photo.part',
    ]);
  });

  it('is for every runtime, and says which folder can not be swept', async () => {
    await left();
    for (const path of [...(await named('part')), ...(await named('kept'))]) await age(path);
    const runtime = createRuntime({ ports: { files: nodeFiles, journal: memoryJournal() } });
    expect(await sweepDownloads({ folders: [folder], runtime })).toBe(2);
    expect(await readdir(folder)).toEqual([]);
    const missing = sweepDownloads({ folders: [at('none')], runtime });
    await expect(missing).rejects.toMatchObject({ code: 'target-folder-missing' });
  });

  it('comes by itself with the first download into a folder', async () => {
    await left();
    for (const path of [...(await named('part')), ...(await named('kept'))]) await age(path);
    const target = await nodeFiles.openTarget(at('g'), null);
    await target.close(false);
    await vi.waitFor(async () => expect(await readdir(folder)).toEqual([]));
  });

  it('leaves what a living process is at work on, however old it is', async () => {
    await left();
    await rewrite({ owner: await another() });
    for (const path of [...(await named('part')), ...(await named('kept'))]) await age(path);
    expect(await sweepFolder(folder, 1000)).toBe(0);
    await kill();
    expect(await sweepFolder(folder, 1000)).toBe(2);
  });
});
