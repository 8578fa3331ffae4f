import { createHash } from 'node:crypto';
import { isoSeconds } from '../../s3/signature/claim.ts';
import { decodeUri } from '../../s3/signature/uri-encoding.ts';
import { readDocument, readJsonObject } from '../body/receive.ts';
import { GcsError, toGcsError } from '../errors.ts';
import type { GcsRequest, GcsResponse, GcsState, GcsSurface } from '../types.ts';
import { checkBearer } from './authenticate.ts';

const path = /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):(signBlob|generateAccessToken)$/;

/** Whether a path is one of the IAM credentials API. */
export const isIamPath = (rawPath: string): boolean => rawPath.startsWith('/v1/projects/');

/**
 * The part of the IAM Service Account Credentials API that signing without a key needs. Source: its reference,
 * projects.serviceAccounts.signBlob and generateAccessToken.
 */
export const iamSurface: GcsSurface = async (state, request) => {
  try {
    return json(200, await call(state, request));
  } catch (thrown) {
    const error = toGcsError(thrown);
    const status = statuses[error.status] ?? 'UNKNOWN';
    return {
      ...json(error.status, { error: { code: error.status, message: error.message, status } }),
      ...(error.status === 401 ? { headers: { ...jsonType, ...error.headers } } : {}),
    };
  }
};

const jsonType = { 'content-type': 'application/json; charset=UTF-8' };
const json = (status: number, body: unknown): GcsResponse => ({
  status,
  headers: jsonType,
  body: JSON.stringify(body),
});
const statuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
};

const call = async (state: GcsState, request: GcsRequest): Promise<Record<string, string>> => {
  const match = path.exec(request.rawPath);
  if (match === null || request.method !== 'POST') throw new GcsError('NoSuchKey', 'Not Found');
  if (!checkBearer(request, state, 'sign')) {
    throw new GcsError(
      'AuthenticationRequired',
      'Request is missing required authentication credential. Expected OAuth 2 access token.',
    );
  }
  const { account } = state;
  if (decodeUri(match[1] ?? '') !== account.clientEmail) {
    throw new GcsError('NoSuchKey', 'Not found; Gaia id not found for email');
  }
  const body = readJsonObject(await readDocument(request));
  return match[2] === 'signBlob' ? signBlob(state, body) : generateAccessToken(state, body);
};

const signBlob = (state: GcsState, body: Record<string, unknown>): Record<string, string> => {
  const { payload } = body;
  if (typeof payload !== 'string' || payload === '') {
    throw new GcsError('InvalidArgument', 'Request contains an invalid argument: payload');
  }
  const keyId = createHash('sha1').update(state.account.privateKey).digest('hex');
  return { keyId, signedBlob: state.account.sign(Buffer.from(payload, 'base64')).toString('base64') };
};

const generateAccessToken = (state: GcsState, body: Record<string, unknown>): Record<string, string> => {
  const { scope, lifetime = '3600s' } = body;
  const seconds = /^(\d{1,5})s$/.exec(String(lifetime))?.[1];
  if (!Array.isArray(scope) || scope.length === 0 || seconds === undefined || Number(seconds) > 3600) {
    throw new GcsError('InvalidArgument', 'Request contains an invalid argument: scope or lifetime');
  }
  return {
    accessToken: state.tokens.issue(scope.map(String), Number(seconds)),
    expireTime: isoSeconds(state.now() + Number(seconds) * 1000),
  };
};
