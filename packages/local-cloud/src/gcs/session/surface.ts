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
  if (session === undefined) {
    return request.method === 'OPTIONS'
      ? preflight(request, undefined, undefined)
      : plainText(404, 'No such upload.');
  }
  if (request.method === 'OPTIONS') return sessionPreflight(session, request);
  const answer = await answerFor(state, session, request);
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
        if (request.method === 'DELETE' && session.state.is === 'open') {
          session.state = { is: 'gone' };
          await dropBytes(state, session);
          return { status: 499 };
        }
        if (session.state.is === 'gone') await dropBytes(state, session);
        if (session.state.is !== 'open') return sessionAnswer(session);
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

const dropBytes = (state: GcsState, session: ResumableSession): Promise<void> =>
  state.blobs.release(session.segments.splice(0));
