import { decodeUri } from '../../s3/signature/uri-encoding.ts';
import { authenticate, type Caller } from '../auth/authenticate.ts';
import { corsHeaders, preflight } from '../cors.ts';
import { GcsError, toGcsError } from '../errors.ts';
import { checkObjectName } from '../store/objects.ts';
import type { GcsHeaders, GcsRequest, GcsResponse, GcsSurface } from '../types.ts';
import { xmlError } from './error-answer.ts';
import { route } from './router.ts';

/** The XML API. */
export const xmlSurface: GcsSurface = async (state, request) => {
  let cors: GcsHeaders = {};
  let answer: GcsResponse;
  try {
    const { bucketName, name } = locate(request);
    const bucket = bucketName === undefined ? undefined : state.buckets.find(bucketName);
    const origin = request.headers.get('origin');
    if (request.method === 'OPTIONS') return preflight(request, origin, bucket);
    const caller = authenticate(request, state);
    // Only from here: a refused signature gets no CORS headers, and a browser's script sees a network error.
    cors = corsHeaders(origin, request.method, bucket);
    if (bucketName === undefined)
      throw new GcsError('NotImplemented', 'local-cloud does not list buckets in XML.');
    checkAnonymous(request, caller, bucket?.publicRead === true && name !== undefined);
    answer = await route(
      request,
      name,
    )({ state, request, caller, bucket: state.buckets.get(bucketName), name: name ?? '' });
  } catch (error) {
    answer = xmlError(toGcsError(error));
  }
  return { ...answer, headers: { ...cors, ...answer.headers } };
};

const locate = (request: GcsRequest): { bucketName: string | undefined; name: string | undefined } => {
  const { hostBucket, rawPath } = request;
  const slash = hostBucket === undefined ? rawPath.indexOf('/', 1) : 0;
  const bucketName = hostBucket ?? decodeUri(rawPath.slice(1, slash < 0 ? undefined : slash));
  const rawName = slash < 0 ? '' : rawPath.slice(slash + 1);
  return {
    bucketName: bucketName === '' ? undefined : bucketName,
    name: rawName === '' ? undefined : checkObjectName(decodeUri(rawName)),
  };
};

const checkAnonymous = (request: GcsRequest, caller: Caller, publicObject: boolean): void => {
  if (caller !== 'anonymous') return;
  if (publicObject && (request.method === 'GET' || request.method === 'HEAD')) return;
  throw new GcsError('AccessDenied', 'Access denied.', {
    elements: { Details: 'Anonymous caller does not have access to the Google Cloud Storage resource.' },
  });
};
