import type { HeaderTemplate, SessionPlan, SignedRequest } from '@mesibo-files/handler-core/provider';
import { check } from '../check/check.ts';
import { digestsOf } from '../check/digests.ts';
import { type Carried, carry } from './carry.ts';
import { type Begun, signParts } from './upload.ts';

/** Writes the headers of a dialect for one stretch of the file. */
function fill(
  begun: Begun,
  templates: readonly HeaderTemplate[],
  first: number,
  size: number,
): Record<string, string> {
  const plan = sessionPlan(begun);
  const total = begun.file.bytes.byteLength;
  const ends = first + size === total;
  const known = begun.file.facts.size !== null || ends;
  const values: Readonly<Record<string, string>> = {
    first: String(first),
    last: String(first + size - 1),
    next: String(first + size),
    size: String(size),
    total: known ? String(total) : '*',
    ...(ends ? digestsOf(begun.file.bytes, plan.dialect.lastDigests) : {}),
  };
  return Object.fromEntries(
    templates.map(({ name, value }) => [
      name,
      value.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole),
    ]),
  );
}

/** The plan, when it is a session; else the case fails. */
export function sessionPlan(begun: Begun): SessionPlan {
  check(begun.plan.shape === 'session', 'the plan is a session');
  return begun.plan;
}

/** The signed request of the session. */
export async function sessionRequest(begun: Begun): Promise<SignedRequest> {
  const [part] = await signParts(begun);
  check(part !== undefined, 'a session has a signed request');
  return part.request;
}

/** Sends one stretch of a session; nothing at all ends it by the dialect's `finish`. */
export async function sendChunk(
  begun: Begun,
  request: SignedRequest,
  first: number,
  bytes: Uint8Array,
): Promise<Carried> {
  const { dialect } = sessionPlan(begun);
  const ends = first + bytes.byteLength === begun.file.bytes.byteLength;
  const headers = {
    ...request.headers,
    ...fill(begun, bytes.byteLength > 0 ? dialect.chunk : dialect.finish, first, bytes.byteLength),
    ...(ends ? fill(begun, dialect.last, first, bytes.byteLength) : {}),
  };
  return await carry(begun.test, begun.plan.answers, { ...request, headers }, bytes);
}

/** Sends a session's chunks from an offset up to another, or to the end; answers the offset reached. */
export async function sendSession(
  begun: Begun,
  from = 0,
  upTo: number = Number.POSITIVE_INFINITY,
): Promise<number> {
  const plan = sessionPlan(begun);
  const request = await sessionRequest(begun);
  const total = begun.file.bytes.byteLength;
  let offset = from;
  for (;;) {
    const bytes = begun.file.bytes.subarray(offset, Math.min(offset + plan.chunkSize, total));
    const answer = await sendChunk(begun, request, offset, bytes);
    offset += bytes.byteLength;
    const wanted = offset === total ? 'done' : 'more';
    check(
      answer.meaning === wanted,
      `a chunk up to ${offset} of ${total} is answered by ${wanted}, not ${answer.meaning}`,
    );
    if (offset >= Math.min(upTo, total)) return offset;
  }
}

/** Asks the store what the session holds, in the plan's dialect. Null when it is complete. */
export async function askOffset(begun: Begun): Promise<number | null> {
  const { dialect } = sessionPlan(begun);
  const request = await sessionRequest(begun);
  const headers = { ...request.headers, ...fill(begun, dialect.ask.headers, 0, 0) };
  const asked = { ...request, method: dialect.ask.method, headers };
  const answer = await carry(begun.test, begun.plan.answers, asked as SignedRequest, new Uint8Array());
  if (answer.meaning === 'done') return null;
  check(answer.meaning === 'more', `a session asked for its offset answers more, not ${answer.meaning}`);
  const stated = answer.headers[dialect.offset.header.toLowerCase()];
  if (stated === undefined) return dialect.offset.absent;
  const number = Number(stated.slice(dialect.offset.prefix.length));
  return dialect.offset.counts === 'last' ? number + 1 : number;
}
