import { crc32c } from '@node-rs/crc32';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AlignedHashing } from './aligned-hashing.ts';

const runs = fc.array(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), { maxLength: 5 });

it('digests whole quanta of every request but the last, and all of that', () => {
  fc.assert(
    fc.property(runs, fc.uint8Array({ maxLength: 40 }), (requests, last) => {
      const hashing = new AlignedHashing(16);
      let kept = Buffer.alloc(0);
      for (const chunks of requests) {
        for (const chunk of chunks) hashing.update(chunk);
        hashing.dropTail();
        const all = Buffer.concat([kept, ...chunks]);
        kept = all.subarray(0, all.length - (all.length % 16));
        expect(hashing.committed).toBe(kept.length);
      }
      hashing.update(last);
      hashing.keepTail();
      const whole = Buffer.concat([kept, last]);
      expect(hashing.committed).toBe(whole.length);
      const digest = Buffer.from(hashing.result().crc32c, 'base64').readUInt32BE(0);
      expect(digest).toBe(whole.length === 0 ? 0 : crc32c(whole));
    }),
  );
});
