import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksumAlgorithms, createDigester } from './digests.ts';

/** Digests of `123456789`, the catalogue's check value of each. */
const checkValues = {
  crc32: 'cbf43926',
  crc32c: 'e3069283',
  crc64nvme: 'ae8b14860a799888',
  sha1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
  sha256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
};

describe.each(checksumAlgorithms)('%s', (algorithm) => {
  it('has its check value', () => {
    const digester = createDigester(algorithm);
    digester.update(Buffer.from('123456789'));
    expect(digester.digest().toString('hex')).toBe(checkValues[algorithm]);
  });

  it('is the same however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 })), (pieces) => {
        const cut = createDigester(algorithm);
        for (const piece of pieces) cut.update(piece);
        const whole = createDigester(algorithm);
        const joined = Buffer.concat(pieces);
        if (joined.length > 0) whole.update(joined);
        expect(cut.digest().equals(whole.digest())).toBe(true);
      }),
    );
  });
});
