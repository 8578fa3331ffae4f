import type { Segment } from '../../s3/store/types.ts';
import { GcsError } from '../errors.ts';
import type { GcsRequest, GcsState } from '../types.ts';
import { compareHashes, HashingState, type StatedHashes } from './hashes.ts';
import { checkLength, checkNotTooLarge, type LengthRange } from './length-range.ts';

/** A body that is in a file of its own and verified. */
export interface ReceivedBody {
  readonly segment: Segment;
  readonly hashes: { readonly crc32c: string; readonly md5: string };
}

/** What must hold of a body; `length` is what Content-Length says of it, if anything does. */
export interface BodyPlan {
  readonly length: number | undefined;
  readonly range: LengthRange;
  readonly stated: StatedHashes;
}

const documentLimitBytes = 4 * 1024 * 1024;

/** Content-Length; `undefined` for a chunked body, MissingContentLength when neither is said. */
export const contentLength = (request: GcsRequest): number | undefined => {
  const text = request.headers.get('content-length');
  if (text !== undefined) return Number(text);
  if (request.headers.has('transfer-encoding')) return undefined;
  throw new GcsError('MissingContentLength', 'You must provide the Content-Length HTTP header.');
};

/** Streams a body into the blob store; leaves nothing behind if it isn't what the plan says. */
export const receiveBody = async (
  state: GcsState,
  source: AsyncIterable<Uint8Array>,
  plan: BodyPlan,
): Promise<ReceivedBody> => {
  if (plan.length !== undefined) checkLength(plan.length, plan.range);
  const hashing = new HashingState();
  let hashes = { crc32c: '', md5: '' };
  async function* verified(): AsyncGenerator<Uint8Array> {
    let size = 0;
    for await (const chunk of source) {
      size += chunk.length;
      checkNotTooLarge(size, plan.range);
      hashing.update(chunk);
      yield chunk;
    }
    checkLength(size, plan.range);
    hashes = hashing.result();
    compareHashes(plan.stated, hashes);
  }
  const segment = await state.blobs.write(verified());
  return { segment, hashes };
};

/** Reads a small document whole, as text. */
export const readDocument = async (request: GcsRequest): Promise<string> => {
  request.continueBody();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.message as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > documentLimitBytes) throw new GcsError('EntityTooLarge', 'The request is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Reads a JSON object; an empty body is an empty object. */
export const readJsonObject = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = text.trim() === '' ? {} : JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below.
  }
  throw new GcsError('BadRequest', 'Parse Error', { reason: 'parseError' });
};
