import { S3Error } from '../errors.ts';

const lineLimitBytes = 16 * 1024;

const incomplete = (why: string): S3Error =>
  new S3Error('IncompleteBody', `The request body terminated unexpectedly: ${why}`);

/**
 * Decodes `aws-chunked`: chunks of a hexadecimal length line, the bytes and CRLF, a chunk of length 0, then trailer
 * lines, which are put into `trailers` by lower-case name. Refuses what is cut off or badly framed as IncompleteBody.
 * Source: "Signature calculations for the Authorization header: transferring payload in multiple chunks", S3 API.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array> {
  let state: 'size' | 'data' | 'data-end' | 'trailer' | 'done' = 'size';
  let remaining = 0;
  let line = '';
  for await (const piece of source) {
    let rest = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    while (rest.length > 0) {
      if (state === 'done') throw incomplete('bytes after the last chunk');
      if (state === 'data') {
        const data = rest.subarray(0, remaining);
        rest = rest.subarray(data.length);
        remaining -= data.length;
        if (remaining === 0) state = 'data-end';
        yield data;
        continue;
      }
      const end = rest.indexOf(10);
      line += rest.toString('latin1', 0, end < 0 ? rest.length : end + 1);
      rest = end < 0 ? rest.subarray(rest.length) : rest.subarray(end + 1);
      if (line.length > lineLimitBytes) throw incomplete('a chunk header is too long');
      if (end < 0) break;
      if (!line.endsWith('\r\n')) throw incomplete('a line does not end in CRLF');
      const text = line.slice(0, -2);
      line = '';
      if (state === 'size') {
        remaining = chunkSize(text);
        state = remaining === 0 ? 'trailer' : 'data';
      } else if (state === 'data-end') {
        if (text !== '') throw incomplete('a chunk is longer than its header says');
        state = 'size';
      } else if (text === '') {
        state = 'done';
      } else {
        const colon = text.indexOf(':');
        if (colon < 1)
          throw new S3Error(
            'MalformedTrailerError',
            'The request contained trailing data that was not well-formed.',
          );
        trailers.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim());
      }
    }
  }
  if (state !== 'done') throw incomplete('the last chunk is missing');
}

const chunkSize = (line: string): number => {
  const digits = line.split(';', 1)[0] ?? '';
  if (!/^[0-9a-fA-F]{1,12}$/.test(digits)) throw incomplete('a chunk length is no hexadecimal number');
  return Number.parseInt(digits, 16);
};
