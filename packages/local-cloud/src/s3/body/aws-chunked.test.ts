import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAwsChunked } from './aws-chunked.ts';

const frame = (chunks: readonly Uint8Array[], trailer: string): Buffer =>
  Buffer.concat([
    ...chunks.flatMap((chunk) => [
      Buffer.from(`${chunk.length.toString(16)}\r\n`),
      chunk,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`0\r\n${trailer}\r\n`),
  ]);

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for (let index = 0; offset < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    yield bytes.subarray(offset, offset + size);
    offset += size;
  }
}

const decode = async (bytes: Uint8Array, sizes: readonly number[]) => {
  const trailers = new Map<string, string>();
  const pieces: Uint8Array[] = [];
  for await (const piece of decodeAwsChunked(cut(bytes, sizes), trailers)) pieces.push(piece);
  return { content: Buffer.concat(pieces), trailers };
};

const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 6 });
const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 });

describe('aws-chunked', () => {
  it('gives the content, however it is cut on the way', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, sizes, async (content, cuts) => {
        const { content: decoded, trailers } = await decode(
          frame(content, 'X-Amz-Checksum-Crc32: AAAA\r\n'),
          cuts,
        );
        expect(decoded.equals(Buffer.concat(content))).toBe(true);
        expect([...trailers]).toEqual([['x-amz-checksum-crc32', 'AAAA']]);
      }),
    );
  });

  it('refuses what is cut off anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, fc.double({ min: 0, max: 0.999, noNaN: true }), async (content, share) => {
        const whole = frame(content, '');
        await expect(decode(whole.subarray(0, Math.floor(whole.length * share)), [7])).rejects.toThrow(
          'terminated',
        );
      }),
    );
  });

  it.each(['zz\r\n', '1\nx', '2\r\nxyz\r\n', '0\r\n\r\nmore', `${'0'.repeat(20_000)}`])(
    'refuses %j',
    async (text) => {
      await expect(decode(Buffer.from(text), [1000])).rejects.toThrow('terminated');
    },
  );
});
