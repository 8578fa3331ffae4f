import { crc32 } from 'node:zlib';
import { toBase64 } from '../src/digest/base64.ts';
import { combineDigests } from '../src/digest/combine.ts';
import type { Digests } from '../src/digest/hash.ts';
import { readAnswer } from '../src/engine/request/answers.ts';
import type { HttpAnswer, HttpBody, HttpPort } from '../src/ports/ports.ts';
import type { AnswerMeaning, AnswerReading } from '../src/signer/answer.ts';
import type { SignedRequest } from '../src/signer/request.ts';
import type { FileFacts, Manifest, PartFacts, SignerCall } from '../src/signer/signer.ts';

/** A call that nobody stops. */
export const call: SignerCall = { signal: new AbortController().signal };

/** Facts of a file of this many bytes. */
export function factsOf(size: number | null, more: Partial<FileFacts> = {}): FileFacts {
  const facts = { contentType: 'text/plain', name: 'naïve 写.txt', source: 0, uid: 7, mid: 2n ** 63n };
  return { size, maxSize: 1000, transferId: `t${Math.random()}`, digests: {}, ...facts, ...more };
}

/** Bytes that differ from place to place. */
export function bytesOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
}

export function crcOf(bytes: Uint8Array): Digests {
  const digest = new Uint8Array(4);
  new DataView(digest.buffer).setUint32(0, bytes.length === 0 ? 0 : crc32(bytes));
  return { crc32: toBase64(digest) };
}

/** The parts of a file, as an engine would list them. */
export function partsOf(bytes: Uint8Array, partSize: number): PartFacts[] {
  const count = Math.max(1, Math.ceil(bytes.length / partSize));
  return Array.from({ length: count }, (_, index) => {
    const part = bytes.subarray(index * partSize, (index + 1) * partSize);
    return { number: index + 1, size: part.length, digests: crcOf(part) };
  });
}

export function manifestOf(bytes: Uint8Array, partSize: number, more: Partial<Manifest> = {}): Manifest {
  const parts = partsOf(bytes, partSize);
  const whole = parts
    .map(({ digests, size }) => ({ crc: digests.crc32 ?? '', size }))
    .reduce((left, right) => ({ crc: combineDigests('crc32', left.crc, right.crc, right.size), size: 0 }));
  return { size: bytes.length, parts, digests: { crc32: whole.crc }, answered: true, ...more };
}

/** A body in slices of 7 bytes. */
export function bodyOf(bytes: Uint8Array): HttpBody {
  return {
    size: bytes.length,
    *slices() {
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
    },
  };
}

/** Sends a signed request as it stands. */
export function send(
  http: HttpPort,
  request: SignedRequest,
  bytes?: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
  signal: AbortSignal = call.signal,
): Promise<HttpAnswer> {
  const body = bytes === undefined ? {} : { body: bodyOf(bytes) };
  return http.send({
    method: request.method,
    url: request.url,
    headers: { ...request.headers, ...headers },
    signal,
    ...body,
  });
}

/** What an answer means by its rules, and the code of the error, as `refused access-denied`. */
export async function meaningOf(answer: HttpAnswer, reading: AnswerReading): Promise<string> {
  const { status, headers } = answer;
  const read = readAnswer(reading, { status, headers, body: await answer.text(65_536) }, 0);
  const fine: readonly AnswerMeaning[] = ['done', 'more'];
  return fine.includes(read.means) ? read.means : `${read.means} ${read.error}`;
}

export async function bodyBytes(answer: HttpAnswer): Promise<Uint8Array> {
  const bytes: number[] = [];
  await answer.consume((chunk) => void bytes.push(...chunk));
  return Uint8Array.from(bytes);
}
