import type { IncomingMessage } from 'node:http';
import {
  answeredDisposition,
  type ByteRange,
  evaluateRead,
  KIB,
  parseContentDisposition,
} from '@mesibo-files/handler-core/provider';
import { StoreFault } from '../../format/codes.ts';
import type { ObjectRecord } from '../../format/metadata.ts';
import type { Granted } from '../../presign/presign.ts';
import type { DiskContext } from '../context.ts';
import { checkSize, openObject, openWaiting } from '../objects.ts';
import type { Answer } from './answer.ts';

/** Bytes that are read from disk at once. */
const READ_CHUNK: number = 512 * KIB;

/** Answers GET and HEAD, whole or a range. */
export async function getObject(
  context: DiskContext,
  granted: Granted,
  request: IncomingMessage,
): Promise<Answer> {
  const folder = await context.folder();
  const found =
    granted.upload === null
      ? await openObject(folder, granted.key)
      : await openWaiting(folder, granted.upload, granted.key);
  if (found === null) throw new StoreFault(404, 'NoSuchKey', 'There is no such object.');
  let reads = false;
  try {
    await checkSize(found);
    const answer = answerTo(found.record, granted, request);
    const { first, end } = answer.range;
    reads = request.method === 'GET' && first < end;
    if (!reads) return answer;
    const body = found.handle.createReadStream({ start: first, end: end - 1, highWaterMark: READ_CHUNK });
    return { ...answer, body };
  } finally {
    // Else the stream closes it.
    if (!reads) await found.handle.close();
  }
}

/** `range` is empty where no byte is answered. */
function answerTo(
  record: ObjectRecord,
  { version }: Granted,
  { headers, method = '' }: IncomingMessage,
): Answer & { readonly range: ByteRange } {
  if (version !== null && version !== record.version) throw changed();
  const { size, storedAt: modified } = record;
  const header = (name: string): string | undefined => headers[name]?.toString();
  const outcome = evaluateRead({ method, header }, { size, modified, etag: tagOf(record) });
  const { status, range } = outcome;
  if (status === 412) throw changed();
  if (status === 416) {
    const { headers } = outcome;
    throw new StoreFault(416, 'InvalidRange', 'The object has no such bytes.', { headers });
  }
  const describing = status === 304 ? {} : contentHeaders(record);
  return { status, headers: { ...cachingHeaders(record), ...describing, ...outcome.headers }, range };
}

function changed(): StoreFault {
  return new StoreFault(412, 'PreconditionFailed', 'The object is another than was asked for.');
}

function tagOf({ version }: ObjectRecord): string {
  return `"${version}"`;
}

/** Of an answer without the object, too: a cache keeps them. */
function cachingHeaders(record: ObjectRecord): Record<string, string> {
  return {
    ...(record.cacheControl === null ? {} : { 'cache-control': record.cacheControl }),
    etag: tagOf(record),
    'last-modified': new Date(record.storedAt).toUTCString(),
  };
}

/** A long name is shortened, for the proxies on its way. */
function answered(disposition: string, contentType: string): string {
  const name = parseContentDisposition(disposition);
  return name === null ? disposition : answeredDisposition(name, contentType);
}

function contentHeaders({ contentType, disposition }: ObjectRecord): Record<string, string> {
  return {
    'content-type': contentType,
    ...(disposition === null ? {} : { 'content-disposition': answered(disposition, contentType) }),
    'accept-ranges': 'bytes',
    // What people upload must not run in this origin, whatever it says that it is.
    'x-content-type-options': 'nosniff',
    'content-security-policy': 'sandbox',
  };
}
