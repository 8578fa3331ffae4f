import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFile,
  chmod,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryJournal } from '../journal/memory-journal.ts';
import type { Journal, JournalRecord } from '../ports/journal.ts';
import { type FileJournal, fileJournal } from './journal-file.ts';

const DAY = 24 * 60 * 60 * 1000;
let root: string;
let folder: string;
let now: number;
let opened: FileJournal[];
const clock = { now: () => now, monotonic: () => 0, after: () => () => {} };

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'journal-'));
  folder = join(root, 'a', 'b');
  now = Date.now();
  opened = [];
});
afterEach(async () => {
  await Promise.allSettled(opened.map((journal) => journal.close()));
  await rm(root, { recursive: true });
});

function file(path = folder): FileJournal {
  const journal = fileJournal(path, { clock });
  opened.push(journal);
  return journal;
}

function record(transferId: string, more: Partial<JournalRecord> = {}): JournalRecord {
  return {
    transferId,
    store: 's',
    waiters: [{ key: `key of ${transferId}`, remembered: true }],
    fingerprint: 'f',
    slices: [{ number: 1, size: 5, digests: { crc32: 'AAAAAA==' } }],
    updatedAt: now,
    state: 'open',
    ticket: 't',
    committing: false,
    ...more,
  } as JournalRecord;
}

const object = {
  url: 'https://x/k',
  key: 'k',
  size: 5,
  contentType: 'text/plain',
  version: null,
  name: '写',
  integrity: { kind: 'pieces', algorithm: 'md5', pieceSize: 5, combined: 'x' },
} as const;
const stored = (id: string, more: Partial<JournalRecord> = {}): JournalRecord => {
  const { transferId, store, waiters, fingerprint, updatedAt } = record(id, more);
  return { transferId, store, waiters, fingerprint, updatedAt, slices: [], state: 'stored', object };
};

const put = (journal: Journal, ...records: readonly JournalRecord[]): Promise<unknown> =>
  Promise.all(records.map((each) => journal.change(each.transferId, () => each)));

async function logs(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.1.log'));
}

/** Lets another process find what this one noted, as if this one had ended. */
async function reopened(): Promise<FileJournal> {
  await Promise.all(opened.map((journal) => journal.close()));
  return file();
}

describe.each([
  ['memoryJournal', () => memoryJournal()],
  ['fileJournal', () => file()],
] satisfies [string, () => Journal][])('%s', (_, make) => {
  it('keeps records until they are deleted, and finds them by who waits', async () => {
    const journal = make();
    expect(await journal.get('key of a')).toBeNull();
    expect(await journal.list()).toEqual([]);
    await put(journal, record('a'), stored('../b'));
    await put(journal, record('a', { ticket: 'u' } as Partial<JournalRecord>));
    expect(await journal.get('key of a')).toEqual({ ...record('a'), ticket: 'u' });
    expect(await journal.get('key of ../b')).toEqual(stored('../b'));
    expect((await journal.list()).map(({ transferId }) => transferId).sort()).toEqual(['../b', 'a']);
    await journal.change('a', () => null);
    await journal.change('a', (found) => {
      expect(found).toBeNull();
      return null;
    });
    expect(await journal.get('key of a')).toBeNull();
    expect(await journal.list()).toHaveLength(1);
  });

  it('knows every waiter of a record, until it leaves', async () => {
    const journal = make();
    const waiters = ['one', 'two'].map((key) => ({ key, remembered: true }));
    await put(journal, record('a', { waiters }));
    expect((await journal.get('two'))?.transferId).toBe('a');
    await journal.change('a', (found) => found && { ...found, waiters: waiters.slice(1) });
    expect(await journal.get('one')).toBeNull();
    expect((await journal.get('two'))?.slices).toHaveLength(1);
    await put(
      journal,
      record('b', { waiters, updatedAt: now + 1 }),
      record('c', { waiters, updatedAt: now - 1 }),
    );
    expect((await journal.get('two'))?.transferId).toBe('b');
  });

  it('adds slices to what there is, and to nothing else', async () => {
    const journal = make();
    await put(journal, record('a'));
    const slice = { number: 2, size: 7, digests: {} };
    await journal.note('a', slice, now + 5);
    await journal.note('a', { number: 1, size: 5, digests: {} }, now + 3);
    await journal.note('nobody', slice, now);
    const found = await journal.get('key of a');
    expect(found?.slices).toEqual([{ number: 1, size: 5, digests: {} }, slice]);
    expect(found?.updatedAt).toBe(now + 5);
    expect(await journal.list()).toHaveLength(1);
  });

  it('makes one change after the other, however many are asked for at once', async () => {
    const journal = make();
    await put(journal, record('a', { ticket: '' } as Partial<JournalRecord>));
    const more = (letter: string) => (found: JournalRecord | null) =>
      found?.state === 'open' ? { ...found, ticket: found.ticket + letter } : found;
    await Promise.all([...'abcdefgh'].map((letter) => journal.change('a', more(letter))));
    expect(await journal.get('key of a')).toMatchObject({ ticket: 'abcdefgh' });
  });

  it('remembers the last thousand that are finished, and all that are not', async () => {
    const journal = make();
    await put(journal, record('open'));
    await put(journal, ...Array.from({ length: 1100 }, (__, at) => stored(`s${at}`)));
    expect(await journal.list()).toHaveLength(1001);
    expect(await journal.get('key of s99')).toBeNull();
    expect(await journal.get('key of s100')).not.toBeNull();
  });
});

describe('fileJournal', () => {
  it('outlives the process that wrote it, and is its own business', async () => {
    await put(file(), record('a'), stored('b'));
    await file().note('a', { number: 2, size: 1, digests: {} }, now);
    await file().change('a', (found) => found && { ...found, updatedAt: now + 1 });
    const [name = ''] = await logs();
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const next = await reopened();
    expect(await next.get('key of b')).toEqual(stored('b'));
    expect((await next.get('key of a'))?.slices).toHaveLength(2);
    expect(await logs()).toHaveLength(1);
  });

  it('leaves no file when nothing is noted any more', async () => {
    await put(file(), record('a'));
    await file().change('a', () => null);
    await Promise.all(opened.map((journal) => journal.close()));
    expect(await readdir(folder)).toEqual([]);
  });

  it('reads what a torn, spoilt or foreign line left around it', async () => {
    await put(file(), record('a'), record('b'), record('c'));
    const [name = ''] = await logs();
    await Promise.all(opened.map((journal) => journal.close()));
    const path = join(folder, name);
    const lines = (await readFile(path, 'utf8')).split('\n');
    const spoilt = lines.map((line) => (line.includes('key of b') ? line.replace('"t"', '"x"') : line));
    await writeFile(path, spoilt.join('\n'));
    await appendFile(path, '00000000 {}\nnull\n\n\u0000\u0000{"put":');
    const next = file();
    expect((await next.list()).map(({ transferId }) => transferId)).toEqual(['a', 'c']);
  });

  it('drops what is old, and leaves what is not its own', async () => {
    await put(
      file(),
      record('old', { updatedAt: now - 8 * DAY }),
      record('young', { updatedAt: now - 6 * DAY }),
    );
    await writeFile(join(folder, 'notes.txt'), '');
    const before = join(folder, `${'0'.repeat(64)}.json`);
    await writeFile(before, '{}');
    expect((await file().list()).map(({ transferId }) => transferId)).toEqual(['young']);
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['notes.txt', `${'0'.repeat(64)}.json`]));
    const longAgo = new Date(now - 8 * DAY);
    await utimes(before, longAgo, longAgo);
    await file().list();
    expect(await readdir(folder)).not.toContain(`${'0'.repeat(64)}.json`);
    expect(await readdir(folder)).toContain('notes.txt');
  });

  it('stays short, whatever is noted: it is written anew when it says the same thing again and again', async () => {
    const journal = file();
    await put(journal, record('a'));
    const text = 'x'.repeat(1000);
    for (let round = 0; round < 60; round += 1) {
      await Promise.all(
        Array.from({ length: 100 }, () =>
          journal.change('a', (found) => found && { ...found, fingerprint: `${text}${round}` }),
        ),
      );
    }
    const [name = ''] = await logs();
    expect((await stat(join(folder, name))).size).toBeLessThan(1.5 * 1024 * 1024);
    expect((await (await reopened()).get('key of a'))?.fingerprint).toBe(`${text}59`);
  });

  it('writes each note once: ten thousand parts cost some 3 MB', async () => {
    const journal = file();
    await put(journal, record('a', { slices: [] }));
    const digests = { crc32: 'AAAAAA==', sha256: 'A'.repeat(44) };
    const start = process.cpuUsage();
    for (let number = 1; number <= 10_000; number += 4) {
      await Promise.all(
        [0, 1, 2, 3].map((more) =>
          journal.note('a', { number: number + more, size: 8_388_608, digests }, now),
        ),
      );
    }
    // Of the processor, not of the clock: a busy machine lets a process wait.
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(20_000);
    const [name = ''] = await logs();
    expect((await stat(join(folder, name))).size).toBeLessThan(3 * 1024 * 1024);
    expect((await journal.get('key of a'))?.slices).toHaveLength(10_000);
  });

  it.each([
    ['a file', 'is no folder'],
    ['a place below a file', 'ENOTDIR'],
  ])('refuses %s at once, and says why', async (what, why) => {
    await writeFile(join(root, 'file'), '');
    const path = what === 'a file' ? join(root, 'file') : join(root, 'file', 'x', 'y');
    expect(() => fileJournal(path)).toThrow(expect.objectContaining({ code: 'file-io' }));
    expect(() => fileJournal(path)).toThrow(why);
    expect(() => fileJournal(path)).toThrow(JSON.stringify(path));
  });

  it.runIf(process.platform === 'linux')('refuses a folder that can not be made, and does not spin', () => {
    expect(() => fileJournal('/proc/x')).toThrow(/"\/proc\/x" can't be read or written: ENOENT/);
    expect(() => fileJournal('/proc/x/y/z')).toThrow(expect.objectContaining({ code: 'file-io' }));
  });

  it('goes on when the disk works again', async () => {
    const journal = file();
    await put(journal, record('a'));
    const [name = ''] = await logs();
    await rename(folder, `${folder}.away`);
    // The log is open, so what is appended arrives; only a new one can't be made.
    await journal.close().catch(() => undefined);
    await expect(put(journal, record('b'))).rejects.toMatchObject({ code: 'file-io' });
    await rename(`${folder}.away`, folder);
    await put(journal, record('b'));
    expect((await journal.list()).map(({ transferId }) => transferId).sort()).toEqual(['a', 'b']);
    expect(await logs()).not.toContain(name);
  });

  it.runIf(process.getuid?.() === 0)("leaves another user's log alone", async () => {
    await put(file(), record('a'));
    await Promise.all(opened.map((journal) => journal.close()));
    const [name = ''] = await logs();
    const { chown } = await import('node:fs/promises');
    await chown(join(folder, name), 65534, 65534);
    await chmod(join(folder, name), 0o644);
    expect(await file().get('key of a')).toBeNull();
    expect(await logs()).toContain(name);
  });
});

/** A process that notes slices in the journal until it is killed. */
class Child {
  readonly #child: ChildProcess;
  readonly lines: string[] = [];
  readonly ended: Promise<unknown>;

  constructor(name: string, batch = 1, also = '') {
    const program = fileURLToPath(new URL('../../test/journal-child.ts', import.meta.url));
    const loader = import.meta.resolve('tsx');
    const args = ['--conditions=source', `--import=${loader}`, program, folder, name, String(batch), also];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.ended = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.stdout === null) throw new Error('no stdout');
    createInterface(this.#child.stdout).on('line', (line) => this.lines.push(line));
  }

  async opened(): Promise<void> {
    await vi.waitFor(() => expect(this.lines).toContain('open'), { timeout: 20_000 });
  }

  async noted(most: number): Promise<void> {
    while (Number(this.lines.at(-1) ?? 0) < most || Number.isNaN(Number(this.lines.at(-1)))) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async kill(): Promise<number> {
    this.#child.kill('SIGKILL');
    await this.ended;
    return Number(this.lines.at(-1));
  }
}

describe('several processes with one folder', () => {
  it('take over only what they are asked for: another program that starts takes nothing away', async () => {
    const dead = new Child('one');
    await dead.noted(3);
    await dead.kill();
    const other = new Child('two', 0);
    try {
      await other.opened();
      const found = await file().get('key of one');
      expect([found?.transferId, found?.state]).toEqual(['one', 'open']);
    } finally {
      await other.kill();
    }
  });

  it('believe what another one, dead or alive, noted as stored', async () => {
    const dead = new Child('one', 0);
    await dead.opened();
    await dead.kill();
    const sweeper = new Child('two', 0, 'sweeps');
    try {
      await sweeper.opened();
      const journal = file();
      const states = [await journal.get('key of one'), await journal.get('key of two')];
      expect(states.map((record) => record?.state)).toEqual(['stored', 'stored']);
      // They are another's still: nothing of them is listed, or changed.
      expect(await journal.list()).toEqual([]);
      expect(await journal.change('one', () => null)).toBeNull();
      expect((await journal.get('key of one'))?.state).toBe('stored');
    } finally {
      await sweeper.kill();
    }
  });

  it('act on their own records, and take over those of one that was killed, with all it said it noted', async () => {
    const journal = file();
    await put(journal, record('mine'));
    const children = [new Child('one'), new Child('two', 7)];
    try {
      await Promise.all(children.map((child) => child.noted(50)));
      expect((await journal.list()).map(({ transferId }) => transferId)).toEqual(['mine']);
      const [one, two] = children as [Child, Child];
      const noted = await two.kill();
      const found = (await journal.list()).find(({ transferId }) => transferId === 'two');
      expect(found?.slices.length).toBeGreaterThanOrEqual(noted);
      expect((await journal.get('key of two'))?.transferId).toBe('two');
      expect(await journal.get('key of one')).toBeNull();
      await one.kill();
      expect(await journal.list()).toHaveLength(3);
      expect((await readdir(folder)).length).toBeLessThanOrEqual(3);
    } finally {
      await Promise.all(children.map((child) => child.kill()));
    }
  });
});
