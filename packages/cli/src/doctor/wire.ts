import { TransferError } from '@mesibo-files/handler-core';
import type { SignedRequest } from '@mesibo-files/handler-core/provider';
import type { DoctorContext, RawAnswer } from './types.ts';

const WITHIN = 30_000;
const MOST = 64 * 1024;
const SLICE = 512 * 1024;

type PlainRequest = Pick<SignedRequest, 'url' | 'headers'> & { readonly method: string };

/**
 * Sends one request as it stands, with no retry and no redirect.
 * @throws TransferError when no answer came, `timeout` after 30 seconds
 */
export async function send(
  { http }: DoctorContext,
  { method, url, headers }: PlainRequest,
  body?: Uint8Array,
): Promise<RawAnswer> {
  const timeout = AbortSignal.timeout(WITHIN);
  try {
    const answer = await http.send({
      method,
      url,
      headers,
      signal: timeout,
      ...(body === undefined ? {} : { body: { size: body.length, slices: () => slices(body) } }),
    });
    const bytes = await firstBytes(answer);
    return { status: answer.status, headers: answer.headers, bytes, body: new TextDecoder().decode(bytes) };
  } catch (error) {
    if (timeout.aborted) {
      throw new TransferError('timeout', `${new URL(url).host}: no answer within ${WITHIN / 1000} s`);
    }
    throw error;
  }
}

function* slices(body: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < body.length; at += SLICE) yield body.subarray(at, at + SLICE);
}

async function firstBytes(answer: Awaited<ReturnType<DoctorContext['http']['send']>>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  await answer.consume((chunk) => {
    if (length < MOST) chunks.push(chunk.slice(0, MOST - length));
    length += chunk.length;
  });
  return Buffer.concat(chunks);
}

/** A URL with no signature: where the object itself is. */
export function bareUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** An answer for people: its status, and the store's own code where it gave one. */
export function told(status: number, code: string | null): string {
  return code === null ? `HTTP ${status}` : `HTTP ${status} ${code}`;
}
