import { GcsError } from '../errors.ts';

/** The two parts of a multipart upload of the JSON API; `content` must be read to its end. */
export interface RelatedParts {
  /** Text of the first part, an object resource. */
  readonly metadata: string;
  /** Content-Type of the second part. */
  readonly contentType: string | undefined;
  readonly content: AsyncIterable<Uint8Array>;
}

const malformed = (why: string): GcsError =>
  new GcsError('BadRequest', `Malformed multipart body: ${why}`, { reason: 'badContent' });

/** Bytes up to a delimiter, one after the other; holds no more than a chunk and a delimiter. */
class DelimitedReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async *until(delimiter: string): AsyncGenerator<Buffer> {
    for (;;) {
      const end = this.#held.indexOf(delimiter);
      const whole = end < 0 ? Math.max(this.#held.length - delimiter.length + 1, 0) : end;
      if (whole > 0) yield this.#held.subarray(0, whole);
      this.#held = this.#held.subarray(end < 0 ? whole : end + delimiter.length);
      if (end >= 0) return;
      const next = await this.#source.next();
      if (next.done === true) throw malformed('it ends too early');
      this.#held = Buffer.concat([this.#held, next.value]);
    }
  }

  async text(delimiter: string): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.until(delimiter)) {
      size += chunk.length;
      if (size > 1024 * 1024) throw malformed('a part before the content is too long');
      chunks.push(Buffer.from(chunk));
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  async drain(): Promise<void> {
    while ((await this.#source.next()).done !== true) this.#held = Buffer.alloc(0);
  }
}

/** Splits a `multipart/related` body into its metadata and its content. Source: RFC 2387. */
export const multipartRelated = async (
  contentType: string,
  body: AsyncIterable<Uint8Array>,
): Promise<RelatedParts> => {
  const match = /^multipart\/related\s*;(?:.*;)?\s*boundary=(?:"([^"]+)"|'([^']+)'|([^\s;]+))/i.exec(
    contentType,
  );
  const boundary = match?.[1] ?? match?.[2] ?? match?.[3];
  if (boundary === undefined) throw malformed('the Content-Type names no boundary');
  const reader = new DelimitedReader(body);
  await reader.text(`--${boundary}`);
  // gsutil ends its lines with LF alone; Cloud Storage takes both.
  const end = (await reader.text('\n')).endsWith('\r') ? '\r\n' : '\n';
  await reader.text(end + end);
  const metadata = await reader.text(`${end}--${boundary}${end}`);
  const headers = await reader.text(end + end);
  async function* content(): AsyncGenerator<Uint8Array> {
    yield* reader.until(`${end}--${boundary}--`);
    await reader.drain();
  }
  return {
    metadata,
    contentType: /^content-type:(.+)$/im.exec(headers)?.[1]?.trim(),
    content: content(),
  };
};
