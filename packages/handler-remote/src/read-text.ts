import { TransferError } from '@mesibo-files/handler-core';

/** An answer with its whole body. */
export interface TextAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

/** More than any answer of a file server, in bytes: a plan of 50,000 parts with their digests has 6 MB. */
const MOST = 16 * 1024 * 1024;

/** Reads an answer, up to a bound: a portal or a proxy may send what it likes. @throws `bad-answer` */
export async function readText(response: Response): Promise<TextAnswer> {
  const { status, headers, body } = response;
  const retryAfter = headers.get('retry-after');
  // Not everywhere does a response have a stream.
  if (!body) return { status, retryAfter, text: await response.text() };
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { status, retryAfter, text: text + decoder.decode() };
    size += value.byteLength;
    if (size > MOST) {
      await reader.cancel().catch(() => undefined);
      throw new TransferError('bad-answer', `an answer of more than ${MOST} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}
