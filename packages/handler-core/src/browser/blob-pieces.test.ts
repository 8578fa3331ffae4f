import { array, assert, asyncProperty, nat, record, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { BlobPieces } from './blob-pieces.ts';

const write = record({ offset: nat(60), bytes: uint8Array({ minLength: 1, maxLength: 30 }) });

test('whatever is written, and written over, is read like an array', async () => {
  await assert(
    asyncProperty(array(write, { maxLength: 12 }), nat(80), nat(40), async (writes, offset, length) => {
      const pieces = new BlobPieces();
      const plain: (number | undefined)[] = [];
      for (const { offset: at, bytes } of writes) {
        pieces.write(at, bytes);
        for (const [index, byte] of bytes.entries()) plain[at + index] = byte;
      }
      const expected: number[] = [];
      for (let at = offset; at < offset + length && plain[at] !== undefined; at += 1) {
        expected.push(plain[at] ?? 0);
      }
      const buffer = new Uint8Array(length);
      const read = await pieces.read(offset, buffer);
      expect([...buffer.subarray(0, read)]).toEqual(expected);
    }),
  );
});

test('what was written without a gap is the file', async () => {
  await assert(
    asyncProperty(array(uint8Array({ minLength: 1, maxLength: 9 })), nat(99), async (chunks, seed) => {
      const pieces = new BlobPieces();
      const whole = chunks.flatMap((chunk) => [...chunk]);
      const placed = chunks.map((bytes, index) => ({
        bytes,
        offset: chunks.slice(0, index).reduce((sum, { length }) => sum + length, 0),
      }));
      for (const { bytes, offset } of placed.sort(
        (a, b) => ((a.offset * seed) % 7) - ((b.offset * seed) % 7),
      )) {
        pieces.write(offset, bytes);
      }
      const file = pieces.file('a.txt', 'text/plain');
      expect([...new Uint8Array(await file.arrayBuffer())]).toEqual(whole);
      expect([file.name, file.type]).toEqual(['a.txt', 'text/plain']);
    }),
  );
});

test('a buffer may be used again after it was written', async () => {
  const pieces = new BlobPieces();
  const bytes = Uint8Array.of(1, 2, 3);
  pieces.write(0, bytes);
  bytes.fill(9);
  const buffer = new Uint8Array(3);
  await pieces.read(0, buffer);
  expect([...buffer]).toEqual([1, 2, 3]);
});
