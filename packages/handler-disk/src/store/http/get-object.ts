import type { IncomingMessage } from 'node:http';
import { KIB } from '@mesibo-files/handler-core/provider';
import { StoreFault } from '../../format/codes.ts';
import { type ByteRange, isListed, readRange } from '../../format/headers.ts';
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
    reads = answer.range !== null && request.method === 'GET' && answer.range.first < answer.range.end;
    if (!reads || answer.range === null) return answer;
    const { first, end } = answer.range;
    const body = found.handle.createReadStream({ start: first, end: end - 1, highWaterMark: READ_CHUNK });
    return { ...answer, body };
  } finally {
    // Else the stream closes it.
    if (!reads) await found.handle.close();
  }
}

/** Conditions and range (RFC 9110), in the order that it gives. `range` is null where no byte is answered. */
function answerTo(
  record: ObjectRecord,
  { version }: Granted,
  { headers }: IncomingMessage,
): Answer & { readonly range: ByteRange | null } {
  const { size } = record;
  const tag = `"${record.version}"`;
  const ifMatch = headers['if-match'];
  if (
    (version !== null && version !== record.version) ||
    (ifMatch !== undefined && !isListed(ifMatch, tag))
  ) {
    throw new StoreFault(412, 'PreconditionFailed', 'The object is another than was asked for.');
  }
  if (headers['if-none-match'] !== undefined && isListed(headers['if-none-match'], tag)) {
    return { status: 304, headers: { etag: tag }, range: null };
  }
  const ifRange = headers['if-range'];
  const wanted = ifRange === undefined || ifRange === tag ? readRange(headers.range, size) : null;
  if (wanted === 'unsatisfiable') {
    throw new StoreFault(416, 'InvalidRange', 'The range begins behind the end.', {
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  const range = wanted ?? { first: 0, end: size };
  return {
    status: wanted === null ? 200 : 206,
    headers: {
      ...objectHeaders(record, tag),
      'content-length': String(range.end - range.first),
      ...(wanted === null ? {} : { 'content-range': `bytes ${range.first}-${range.end - 1}/${size}` }),
    },
    range,
  };
}

function objectHeaders(record: ObjectRecord, tag: string): Record<string, string> {
  return {
    'content-type': record.contentType,
    ...(record.disposition === null ? {} : { 'content-disposition': record.disposition }),
    ...(record.cacheControl === null ? {} : { 'cache-control': record.cacheControl }),
    etag: tag,
    'last-modified': new Date(record.storedAt).toUTCString(),
    'accept-ranges': 'bytes',
    // What people upload must not run in this origin, whatever it says that it is.
    'x-content-type-options': 'nosniff',
    'content-security-policy': 'sandbox',
  };
}
