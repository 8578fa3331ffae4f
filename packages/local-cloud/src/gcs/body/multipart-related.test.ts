import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multipartRelated } from './multipart-related.ts';

const pieces = async function* (body: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < body.length; offset += size) yield body.subarray(offset, offset + size);
};

const wrap = (content: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from(
      '--b\r\nContent-Type: application/json\r\n\r\n{"name":"a"}\r\n--b\r\nContent-Type: video/mp4\r\n\r\n',
    ),
    content,
    Buffer.from('\r\n--b--\r\n'),
  ]);

const type = 'multipart/related; boundary="b"';

describe('multipartRelated', () => {
  it('finds the parts however the body is cut', async () => {
    // Bytes that look like a delimiter, or like the start of one.
    const content = fc.array(fc.constantFrom('\r', '\n', '--', '\r\n--', 'b', 'x'), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(content, fc.integer({ min: 1, max: 50 }), async (texts, size) => {
        const text = texts.join('');
        fc.pre(!text.includes('\r\n--b'));
        const parts = await multipartRelated(type, pieces(wrap(Buffer.from(text)), size));
        expect([parts.metadata, parts.contentType]).toEqual(['{"name":"a"}', 'video/mp4']);
        const chunks: Uint8Array[] = [];
        for await (const chunk of parts.content) chunks.push(Buffer.from(chunk));
        expect(Buffer.concat(chunks).toString()).toBe(text);
      }),
    );
  });

  it('refuses a body that ends too early', async () => {
    const body = wrap(Buffer.from('content')).subarray(0, -8);
    const { content } = await multipartRelated(type, pieces(body, 10));
    const read = async (): Promise<void> => {
      for await (const _ of content);
    };
    await expect(read()).rejects.toThrow('ends too early');
  });

  it('refuses a type without boundary', async () => {
    await expect(multipartRelated('multipart/related', pieces(wrap(Buffer.from('')), 10))).rejects.toThrow(
      'boundary',
    );
  });
});
