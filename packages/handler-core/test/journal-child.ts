import { fileJournal } from '../src/node/index.ts';

/*
 * A process that notes uploads in a journal until it is killed.
 * Arguments: the journal's folder, a name for its records, how many slices it notes at once. With 0 it notes that its
 * upload is stored, and waits; with `sweeps` it takes over what dead ones noted, too.
 */
const [folder = '', name = '', batch = '1', also = ''] = process.argv.slice(2);
const journal = fileJournal(folder);
if (also === 'sweeps') await journal.list();
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
if (batch === '0') {
  const url = `https://files.example/${name}`;
  const facts = { size: 5, contentType: 'a/b', version: null, name: null, key: name, url } as const;
  const object = { ...facts, integrity: { kind: 'none' } } as const;
  await journal.change(name, (record) => record && { ...record, slices: [], state: 'stored', object });
  setInterval(() => undefined, 60_000);
}
process.stdout.write('open\n');
for (let number = 1; batch !== '0'; ) {
  const notes = Array.from({ length: Number(batch) }, (_, index) =>
    journal.note(name, { number: number + index, size: 5, digests: { crc32: 'AAAAAA==' } }, Date.now()),
  );
  await Promise.all(notes);
  number += notes.length;
  process.stdout.write(`${number - 1}\n`);
}
