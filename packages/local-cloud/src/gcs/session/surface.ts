import { preflight } from '../cors.ts';
import { toGcsError } from '../errors.ts';
import { queryValue } from '../parse-request.ts';
import type { GcsRequest, GcsResponse, GcsState, GcsSurface } from '../types.ts';
import { plainText, sessionAnswer, sessionError } from './answers.ts';
import { sessionCors, sessionPreflight } from './cors.ts';
import { putToSession } from './put.ts';
import type { ResumableSession } from './session.ts';

/** Requests to a session URI. Source: "Perform resumable uploads", Cloud Storage. */
export const sessionSurface: GcsSurface = async (state, request) => {
  const session = state.sessions.find(queryValue(request, 'upload_id') ?? '');
  if (session === undefined || session.options.rawPath !== request.rawPath) {
    return request.method === 'OPTIONS'
      ? preflight(request, undefined, undefined)
      : plainText(404, 'No such upload.');
  }
  if (request.method === 'OPTIONS') return sessionPreflight(session, request);
  const answer = without308(request, await answerFor(state, session, request));
  return { ...answer, headers: { ...sessionCors(session, request.method), ...answer.headers } };
};

const answerFor = async (
  state: GcsState,
  session: ResumableSession,
  request: GcsRequest,
): Promise<GcsResponse> => {
  try {
    return await session.inTurn(
      () => {
        if (!request.message.complete) request.message.destroy();
      },
      async () => {
        if (request.method === 'DELETE' && session.state.is === 'open') session.state = { is: 'cancelled' };
        if (session.state.is !== 'open') {
          await state.blobs.release(session.segments.splice(0));
          // A session that ended with a refusal answers so once; then it is gone.
          return session.state.is === 'refused' ? plainText(410, 'Gone') : sessionAnswer(session);
        }
        if (request.method === 'PUT' || request.method === 'POST') {
          return await putToSession(state, session, request);
        }
        return plainText(405, 'Method Not Allowed');
      },
    );
  } catch (error) {
    return sessionError(session, toGcsError(error));
  }
};

/** For clients that can't read a 308: the official Go client asks so, and browsers may. */
const without308 = (request: GcsRequest, answer: GcsResponse): GcsResponse =>
  answer.status === 308 && request.headers.get('x-guploader-no-308')?.toLowerCase() === 'yes'
    ? { ...answer, status: 200, headers: { 'x-http-status-code-override': '308', ...answer.headers } }
    : answer;
