import { type JournalRecord, memoryJournal } from '@mesibo-files/handler-core';
import { describe, expect, it } from 'vitest';
import { scopedJournal } from './journal.ts';

const record: JournalRecord = {
  transferId: 'i',
  store: 's',
  waiters: [{ key: 'k', remembered: true }],
  fingerprint: 'f',
  slices: [],
  updatedAt: 0,
  state: 'open',
  ticket: 't',
  committing: false,
};
const slice = { number: 1, size: 5, digests: { crc32: 'AAAAAA==' } };

describe('a journal with a scope', () => {
  it('keeps its records apart from those of another scope', async () => {
    const all = memoryJournal();
    const [one, other] = [scopedJournal(all, ['a']), scopedJournal(all, ['b'])];
    expect(await one.change('i', () => record)).toEqual(record);
    expect(await one.get('k')).toEqual(record);
    expect(await other.get('k')).toBeNull();
    expect(await other.list()).toEqual([]);
    expect(await one.list()).toEqual([record]);
    expect(await all.list()).toHaveLength(1);
    await one.note('i', slice, 1);
    await one.change('i', (found) => found && { ...found, ticket: 'u' });
    expect(await one.get('k')).toEqual({ ...record, ticket: 'u', slices: [slice], updatedAt: 1 });
    await one.change('i', () => null);
    expect(await all.list()).toEqual([]);
  });

  it('leaves what nobody waits for to be cleaned up by anybody', async () => {
    const all = memoryJournal();
    await scopedJournal(all, ['a']).change('i', () => ({ ...record, waiters: [] }));
    expect(await scopedJournal(all, ['b']).list()).toHaveLength(1);
  });
});
