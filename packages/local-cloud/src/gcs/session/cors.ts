import { askedHeaders, corsHeaders, preflight } from '../cors.ts';
import type { GcsHeaders, GcsRequest, GcsResponse } from '../types.ts';
import type { ResumableSession } from './session.ts';

const exposed =
  'Location, Range, ETag, X-GUploader-UploadID, x-goog-generation, x-goog-hash, x-goog-stored-content-length';

/**
 * CORS headers of a session's answers. The origin of the request that opened it counts, not the one that asks now; what
 * is exposed is the bucket's to say for a session of the XML API, and fixed for the JSON API. Source: "Cross-origin
 * resource sharing (CORS)", special considerations for resumable uploads.
 */
export const sessionCors = (session: ResumableSession, method: string): GcsHeaders => {
  const { api, bucket, origin } = session.options;
  if (api === 'xml') return corsHeaders(origin, method, bucket);
  if (origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': exposed,
    'access-control-allow-credentials': 'true',
    vary: 'Origin',
  };
};

/** Answers a preflight for a session URI. */
export const sessionPreflight = (session: ResumableSession, request: GcsRequest): GcsResponse => {
  const { api, bucket, origin } = session.options;
  if (api === 'xml') return preflight(request, origin, bucket);
  return {
    status: 200,
    headers: {
      ...sessionCors(session, request.method),
      'access-control-allow-methods': 'PUT, POST, DELETE',
      'access-control-allow-headers': askedHeaders(request).join(', '),
      'access-control-max-age': '3600',
    },
  };
};
