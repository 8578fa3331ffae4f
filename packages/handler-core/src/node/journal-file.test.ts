import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryJournal } from '../journal/memory-journal.ts';
import type { Journal, JournalRecord } from '../ports/journal.ts';
import { fileJournal } from './journal-file.ts';

const DAY = 24 * 60 * 60 * 1000;
let root: string;
let folder: string;
let now: number;
const clock = { now: () => now, monotonic: () => 0, after: () => () => {} };

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'journal-'));
  folder = join(root, 'a', 'b');
  now = Date.now();
});
afterEach(() => rm(root, { recursive: true }));

function record(key: string, more: Partial<JournalRecord> = {}): JournalRecord {
  return {
    key,
    fingerprint: 'f',
    ticket: 't',
    transferId: 'id',
    slices: [{ number: 1, size: 5, digests: { crc32: 'AAAAAA==' } }],
    object: null,
    updatedAt: now,
    ...more,
  };
}

const object: NonNullable<JournalRecord['object']> = {
  url: 'https://x/k',
  key: 'k',
  size: 5,
  contentType: 'text/plain',
  version: null,
  name: '写',
  integrity: { kind: 'pieces', algorithm: 'md5', pieceSize: 5, combined: 'x' },
};

describe.each([
  ['memoryJournal', () => memoryJournal()],
  ['fileJournal', () => fileJournal(folder, { clock })],
] satisfies [string, () => Journal][])('%s', (_, make) => {
  it('keeps records until they are deleted', async () => {
    const journal = make();
    expect(await journal.get('a')).toBeNull();
    expect(await journal.list()).toEqual([]);
    await journal.put(record('a'));
    await journal.put(record('../b', { object }));
    await journal.put(record('a', { ticket: 'u' }));
    expect(await journal.get('a')).toEqual(record('a', { ticket: 'u' }));
    expect(await journal.get('../b')).toEqual(record('../b', { object }));
    expect((await journal.list()).map(({ key }) => key).sort()).toEqual(['../b', 'a']);
    await journal.delete('a');
    await journal.delete('a');
    expect(await journal.get('a')).toBeNull();
    expect(await journal.list()).toHaveLength(1);
  });

  it('ends with the last of many puts at once', async () => {
    const journal = make();
    const puts = Array.from({ length: 50 }, (__, index) => journal.put(record('a', { ticket: `${index}` })));
    await Promise.all(puts);
    expect((await journal.get('a'))?.ticket).toBe('49');
    await Promise.all([journal.put(record('a')), journal.delete('a')]);
    expect(await journal.get('a')).toBeNull();
  });
});

describe('fileJournal', () => {
  it('outlives the process that wrote it, and is its own business', async () => {
    await fileJournal(folder).put(record('a'));
    expect(await fileJournal(folder).get('a')).toEqual(record('a'));
    const [name = ''] = await readdir(folder);
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('takes what is cut off, foreign or half a record for absent, and writes over it', async () => {
    const journal = fileJournal(folder, { clock });
    await journal.put(record('a'));
    const [name = ''] = await readdir(folder);
    const good = JSON.stringify(record('a'));
    const bad = [
      '',
      'null',
      '[]',
      good.slice(0, -5),
      JSON.stringify({ ...record('a'), slices: [{ number: 0, size: 5, digests: {} }] }),
      JSON.stringify({ ...record('a'), slices: [{ number: 1, size: 5, digests: { rot13: 'x' } }] }),
      JSON.stringify({ ...record('a'), object: { ...object, size: -1 } }),
      JSON.stringify({ ...record('a'), object: { ...object, integrity: { kind: 'pieces' } } }),
      JSON.stringify({ ...record('a'), updatedAt: 'now' }),
      JSON.stringify(record('another key')),
    ];
    for (const text of bad) {
      await writeFile(join(folder, name), text);
      expect(await journal.get('a'), text).toBeNull();
    }
    await journal.put(record('a'));
    expect(await journal.get('a')).toEqual(record('a'));
    await writeFile(join(folder, name), good);
    expect(await journal.get('a')).toEqual(record('a'));
  });

  it('drops what is old, and leaves what is not its own', async () => {
    const journal = fileJournal(folder, { clock });
    await journal.put(record('old', { updatedAt: now - 8 * DAY }));
    await journal.put(record('young', { updatedAt: now - 6 * DAY }));
    const leftover = join(folder, `${'0'.repeat(64)}.json.0123.tmp`);
    await writeFile(leftover, '');
    await writeFile(join(folder, 'notes.txt'), '');
    await mkdir(join(folder, `${'f'.repeat(64)}.json`));
    expect((await journal.list()).map(({ key }) => key)).toEqual(['young']);
    expect(await readdir(folder)).toHaveLength(4);
    const longAgo = new Date(now - DAY);
    await utimes(leftover, longAgo, longAgo);
    await journal.list();
    expect(await readdir(folder)).toHaveLength(3);
  });

  it('writes seldom when puts come fast', async () => {
    const journal = fileJournal(folder);
    const start = performance.now();
    await Promise.all(Array.from({ length: 2000 }, () => journal.put(record('a'))));
    expect(performance.now() - start).toBeLessThan(2000);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('has codes for what the disk does', async () => {
    await writeFile(join(root, 'a'), '');
    const journal = fileJournal(folder);
    await expect(journal.put(record('a'))).rejects.toMatchObject({ code: 'file-io' });
    await expect(journal.list()).rejects.toMatchObject({ code: 'file-io' });
    await rm(join(root, 'a'));
    await expect(journal.put(record('a'))).resolves.toBeUndefined();
  });
});
