import { randomBytes } from 'node:crypto';
import { iamSurface, isIamPath } from './auth/iam-surface.ts';
import { tokenSurface } from './auth/token-surface.ts';
import { toGcsError } from './errors.ts';
import type { HttpHandler } from './http-server.ts';
import { isJsonPath, jsonSurface } from './json/surface.ts';
import { parseRequest, queryValue } from './parse-request.ts';
import { sendAnswer } from './respond.ts';
import { sessionSurface } from './session/surface.ts';
import type { GcsRequest, GcsResponse, GcsState, GcsSurface } from './types.ts';
import { xmlError } from './xml/error-answer.ts';
import { xmlSurface } from './xml/surface.ts';

/** Makes the handler of one server: finds the API that a request is for and sends its answer. */
export const createHandler =
  (state: GcsState): HttpHandler =>
  async (message, response, continueBody) => {
    let answer: GcsResponse;
    try {
      const request = parseRequest(message, continueBody);
      answer = await surfaceOf(request)(state, request);
    } catch (error) {
      answer = xmlError(toGcsError(error));
    }
    if (message.destroyed && !message.complete) {
      response.destroy();
      return;
    }
    await sendAnswer(state, response, {
      ...answer,
      headers: {
        'x-guploader-uploadid': randomBytes(24).toString('base64url'),
        date: new Date(state.now()).toUTCString(),
        server: 'local-cloud',
        ...answer.headers,
      },
    });
  };

const surfaceOf = (request: GcsRequest): GcsSurface => {
  if (queryValue(request, 'upload_id') !== undefined) return sessionSurface;
  if (request.hostBucket !== undefined) return xmlSurface;
  if (request.rawPath === '/token') return tokenSurface;
  if (isIamPath(request.rawPath)) return iamSurface;
  return isJsonPath(request.rawPath) ? jsonSurface : xmlSurface;
};
