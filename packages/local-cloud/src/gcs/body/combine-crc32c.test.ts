import { crc32c } from '@node-rs/crc32';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { combineCrc32c } from './combine-crc32c.ts';

const base64 = (bytes: Uint8Array): string => {
  const result = Buffer.alloc(4);
  result.writeUInt32BE(bytes.length === 0 ? 0 : crc32c(bytes));
  return result.toString('base64');
};

it('is the CRC-32C of all bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (runs) => {
      const combined = combineCrc32c(runs.map((run) => ({ crc32c: base64(run), size: run.length })));
      expect(combined).toBe(base64(Buffer.concat(runs)));
    }),
  );
});

it('holds for runs of some megabytes', () => {
  const runs = [Buffer.alloc(5_000_011, 7), Buffer.alloc(3_000_000, 9)];
  const combined = combineCrc32c(runs.map((run) => ({ crc32c: base64(run), size: run.length })));
  expect(combined).toBe(base64(Buffer.concat(runs)));
});
