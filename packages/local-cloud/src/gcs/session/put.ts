import { statedHashes } from '../body/hashes.ts';
import { checkNotTooLarge } from '../body/length-range.ts';
import type { GcsRequest, GcsResponse, GcsState } from '../types.ts';
import { incomplete, plainText, sessionAnswer } from './answers.ts';
import { type ContentRange, isLast, parseContentRange } from './content-range.ts';
import { finalize } from './finalize.ts';
import { quantumBytes, type ResumableSession } from './session.ts';
import { storeChunk } from './store-chunk.ts';

type Bytes = Extract<ContentRange, { is: 'bytes' }>;

/** A chunk, or a question for the offset. */
export const putToSession = async (
  state: GcsState,
  session: ResumableSession,
  request: GcsRequest,
): Promise<GcsResponse> => {
  const range = parseContentRange(request.headers.get('content-range'));
  const stated = statedHashes(request.headers);
  if (range === undefined) return plainText(400, 'Invalid request. The Content-Range header is malformed.');
  const refusal = faultOf(session, request, range);
  if (refusal !== undefined) return refusal;
  if (range.is === 'query') {
    if (range.total !== session.persisted) return incomplete(session);
  } else {
    checkNotTooLarge(Math.max(range.total ?? 0, (range.last ?? -1) + 1), session.options.range);
    request.continueBody();
    const whole = await storeChunk(state, session, request.message, range);
    if (!whole || !isLast(range)) return incomplete(session);
  }
  await finalize(state, session, stated);
  return sessionAnswer(session);
};

/** What is wrong with a request before its body is read. */
const faultOf = (
  session: ResumableSession,
  request: GcsRequest,
  range: ContentRange,
): GcsResponse | undefined => {
  const { total } = session.options;
  const length = request.headers.get('content-length');
  if (total !== undefined && range.total !== undefined && range.total !== total) {
    return plainText(400, `Invalid request. The upload was started with a size of ${total} byte(s).`);
  }
  if (range.is === 'query') {
    return (length ?? '0') === '0' ? undefined : plainText(400, 'Invalid request. A query has no body.');
  }
  return lengthFault(range, length) ?? offsetFault(session, range);
};

const lengthFault = (range: Bytes, length: string | undefined): GcsResponse | undefined => {
  if (range.last === undefined) return undefined;
  const size = range.last - range.first + 1;
  if (length !== undefined && Number(length) !== size) {
    return plainText(
      400,
      `Invalid request. There were ${length} byte(s) in the request body. There should have been ${size} byte(s) (starting at offset ${range.first} and ending at offset ${range.last}) according to the Content-Range header.`,
    );
  }
  if (isLast(range) || size % quantumBytes === 0) return undefined;
  return plainText(
    400,
    `Invalid request. The number of bytes uploaded is required to be a multiple of ${quantumBytes}, except for the final request. The received request contained ${size} bytes, which does not meet this requirement.`,
  );
};

/** Source: googleapis/java-storage, scenarios of ITJsonResumableSessionPutTaskTest, S.5. */
const offsetFault = (session: ResumableSession, range: Bytes): GcsResponse | undefined =>
  range.first <= session.persisted
    ? undefined
    : plainText(
        503,
        `Invalid request. According to the Content-Range header, the upload offset is ${range.first} byte(s), which exceeds already uploaded size of ${session.persisted} byte(s).`,
      );
