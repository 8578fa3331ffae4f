import { TransferError } from '@mesibo-files/handler-core';
import type { z } from 'zod';
import { Refusal } from '../http/refusal.ts';

/** Mistakes that are named in one answer. */
const MOST_NAMED = 5;

/**
 * Reads and checks a body of JSON. What the schema doesn't know is left out.
 * @param limit - bytes
 * @throws `Refusal` `bad-json`, `body-too-large`, `body-cut-off`; `invalid-argument` that names the fields
 */
export async function readBody<Body>(
  request: Request,
  schema: z.ZodType<Body>,
  limit: number,
): Promise<Body> {
  // Also what keeps pages of other origins from posting with the user's cookies: a browser asks first for this type.
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new Refusal('bad-json', 'The Content-Type is not application/json.');
  }
  const checked = schema.safeParse(parse(await readText(request, limit)));
  if (checked.success) return checked.data;
  const named = checked.error.issues.slice(0, MOST_NAMED).map(({ path, message }) => {
    return `${path.join('.').slice(0, 64) || 'body'}: ${message}`;
  });
  throw new TransferError('invalid-argument', `The body is wrong: ${named.join('; ')}.`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('bad-json', 'The body is not JSON.');
  }
}

async function readText(request: Request, limit: number): Promise<string> {
  const tooLarge = (): Refusal => new Refusal('body-too-large', `The body has more than ${limit} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  for await (const chunk of chunksOf(request)) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge();
    text += decode(() => decoder.decode(chunk, { stream: true }));
  }
  return text + decode(() => decoder.decode());
}

function decode(run: () => string): string {
  try {
    return run();
  } catch {
    throw new Refusal('bad-json', 'The body is not UTF-8.');
  }
}

async function* chunksOf({ body }: Request): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new Refusal('body-cut-off', 'The body ended too early.', {}, cause);
      });
      if (done) return;
      yield value;
    }
  } finally {
    // What is left of it is not read.
    await reader.cancel().catch(() => undefined);
  }
}
