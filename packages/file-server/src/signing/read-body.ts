import { TransferError } from '@mesibo-files/handler-core';
import { type Reader, ShapeError } from '@mesibo-files/handler-core/wire';
import { checkPlain, Refusal } from '../http/refusal.ts';

/**
 * Reads and checks a body of JSON. What the reader doesn't know is left out.
 * @param limit - bytes
 * @throws `Refusal` `bad-json`, `body-too-large`, `body-cut-off`; `invalid-argument` that names the fields
 */
export async function readBody<Body>(request: Request, reader: Reader<Body>, limit: number): Promise<Body> {
  checkPlain((name) => request.headers.get(name));
  // Also what keeps pages of other origins from posting with the user's cookies: a browser asks first for this type.
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new Refusal('bad-json', 'The Content-Type is not application/json.');
  }
  const body = parse(await readText(request, limit));
  try {
    return reader(body, '');
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new TransferError('invalid-argument', `The body is wrong: ${error.message}.`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('bad-json', 'The body is not JSON.');
  }
}

async function readText(request: Request, limit: number): Promise<string> {
  const stated = request.headers.get('content-length');
  const tooLarge = (): Refusal => new Refusal('body-too-large', `The body has more than ${limit} bytes.`);
  if (Number(stated ?? 0) > limit) throw tooLarge();
  // What states its length is read at once, which costs a third of a stream.
  const bytes = stated === null ? await gathered(request, limit) : await whole(request);
  if (bytes === null || bytes.byteLength > limit) throw tooLarge();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal('bad-json', 'The body is not UTF-8.');
  }
}

async function whole(request: Request): Promise<Uint8Array> {
  return new Uint8Array(await request.arrayBuffer().catch(cutOff));
}

/** Null: it is larger than that. */
async function gathered({ body }: Request, limit: number): Promise<Uint8Array | null> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  try {
    for (let size = 0; ; ) {
      const { done, value } = await reader.read().catch(cutOff);
      if (done) return new Uint8Array(await new Blob(chunks).arrayBuffer());
      if (size + value.byteLength > limit) return null;
      chunks.push(Uint8Array.from(value));
      size += value.byteLength;
    }
  } finally {
    // The rest of it is not read.
    await reader.cancel().catch(() => undefined);
  }
}

function cutOff(cause: unknown): never {
  throw new Refusal('body-cut-off', 'The body ended too early.', {}, cause);
}
