import { type JournalRecord, memoryJournal } from '@mesibo-files/handler-core';
import { describe, expect, it } from 'vitest';
import { scopedJournal } from './journal.ts';

const record: JournalRecord = {
  key: 'k',
  fingerprint: 'f',
  ticket: 't',
  transferId: 'i',
  slices: [],
  object: null,
  updatedAt: 0,
};

describe('a journal with a scope', () => {
  it('keeps its records apart from those of another scope', async () => {
    const all = memoryJournal();
    const [one, other] = [scopedJournal(all, ['a']), scopedJournal(all, ['b'])];
    await one.put(record);
    expect(await one.get('k')).toEqual(record);
    expect(await other.get('k')).toBeNull();
    expect(await other.list()).toEqual([]);
    expect(await one.list()).toEqual([record]);
    expect(await all.list()).toHaveLength(1);
    await other.delete('k');
    expect(await one.get('k')).toEqual(record);
    await one.delete('k');
    expect(await all.list()).toEqual([]);
  });
});
