import { decodeUri } from '../../s3/signature/uri-encoding.ts';
import type { Access } from '../auth/access-tokens.ts';
import { checkBearer, loginRequired } from '../auth/authenticate.ts';
import { askedHeaders } from '../cors.ts';
import { toGcsError } from '../errors.ts';
import type { GcsHeaders, GcsRequest, GcsResponse, GcsState, GcsSurface } from '../types.ts';
import { jsonError } from './error-answer.ts';
import { route } from './router.ts';

const path =
  /^\/((?:(?:resumable\/)?upload|download)\/)?storage\/v1\/b(?:\/([^/]+)(?:\/(o)(?:\/([^/]+)(?:\/(rewriteTo|copyTo)\/b\/([^/]+)\/o\/([^/]+)|\/(compose))?)?)?)?$/;

/** Whether a path is one of the JSON API. */
export const isJsonPath = (rawPath: string): boolean =>
  /^\/(((upload|download|resumable\/upload|batch)\/)?storage\/v1(\/|$)|batch$)/.test(rawPath);

/** The JSON API. It answers browsers of any origin, whatever the bucket's CORS rules say. */
export const jsonSurface: GcsSurface = async (state, request) => {
  const origin = request.headers.get('origin');
  const cors: GcsHeaders =
    origin === undefined ? {} : { 'access-control-allow-origin': origin, vary: 'Origin' };
  if (request.method === 'OPTIONS') {
    const allowed = {
      'access-control-allow-methods': 'DELETE, GET, HEAD, PATCH, POST, PUT',
      'access-control-allow-headers': askedHeaders(request).join(', '),
    };
    return { status: 200, headers: { ...cors, ...allowed } };
  }
  let answer: GcsResponse;
  try {
    answer = await call(state, request);
  } catch (error) {
    answer = jsonError(toGcsError(error));
  }
  return { ...answer, headers: { ...cors, ...answer.headers } };
};

const call = async (state: GcsState, request: GcsRequest): Promise<GcsResponse> => {
  const match = path.exec(request.rawPath);
  const { bucketName, name } = {
    bucketName: match?.[2] === undefined ? undefined : decodeUri(match[2]),
    name: match?.[4] === undefined ? undefined : decodeUri(match[4]),
  };
  const target =
    match?.[6] === undefined || match[7] === undefined
      ? undefined
      : { bucketName: decodeUri(match[6]), name: decodeUri(match[7]) };
  const { operation, shape } = route(
    request,
    match === null
      ? undefined
      : {
          upload: match[1]?.endsWith('upload/') === true,
          bucket: bucketName !== undefined,
          objects: match[3] !== undefined,
          object: name !== undefined,
          rewrite: match[5] === 'rewriteTo',
          copy: match[5] === 'copyTo',
          compose: match[8] !== undefined,
        },
  );
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const access: Access = reads ? 'read' : 'write';
  const publicRead = reads && shape === 'object' && state.buckets.find(bucketName ?? '')?.publicRead === true;
  if (!checkBearer(request, state, access) && !publicRead) throw loginRequired();
  return operation({ state, request, bucketName: bucketName ?? '', name: name ?? '', target });
};
