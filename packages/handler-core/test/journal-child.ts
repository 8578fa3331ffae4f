import { fileJournal } from '../src/node/index.ts';

/*
 * A process that notes uploads in a journal until it is killed.
 * Arguments: the journal's folder, a name for its records, how many slices it notes at once.
 */
const [folder = '', name = '', batch = '1'] = process.argv.slice(2);
const journal = fileJournal(folder);
await journal.change(name, () => ({
  transferId: name,
  store: 'store',
  waiters: [{ key: `key of ${name}`, remembered: true }],
  fingerprint: 'f',
  slices: [],
  updatedAt: Date.now(),
  state: 'open',
  ticket: `ticket of ${name}`,
  committing: false,
}));
process.stdout.write('open\n');
for (let number = 1; ; ) {
  const notes = Array.from({ length: Number(batch) }, (_, index) =>
    journal.note(name, { number: number + index, size: 5, digests: { crc32: 'AAAAAA==' } }, Date.now()),
  );
  await Promise.all(notes);
  number += notes.length;
  process.stdout.write(`${number - 1}\n`);
}
