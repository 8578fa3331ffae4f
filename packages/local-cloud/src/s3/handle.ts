import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { corsHeaders, preflight } from './cors.ts';
import { S3Error } from './errors.ts';
import { parseRequest } from './parse-request.ts';
import { sendAnswer } from './respond.ts';
import { route } from './router.ts';
import { authenticate } from './signature/authenticate.ts';
import type { Authentication, S3Request, S3Response, S3State } from './types.ts';
import { writeXml } from './xml.ts';

const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Answers one request: parse, preflight, authenticate, run the operation, and turn any error into S3's XML. */
export const handle = async (
  state: S3State,
  message: IncomingMessage,
  response: ServerResponse,
  continueBody: () => void,
): Promise<void> => {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  let request: S3Request | undefined;
  let cors: Record<string, string | undefined> = {};
  let answer: S3Response;
  try {
    request = parseRequest(message, continueBody);
    const bucket = request.bucket === undefined ? undefined : state.buckets.find(request.bucket);
    if (request.method === 'OPTIONS') {
      answer = preflight(request, bucket);
    } else {
      const authentication = authenticate(request, state);
      // Only from here: a refused signature gets no CORS headers, and a browser's script sees a network error.
      cors = corsHeaders(request, bucket);
      checkAccess(request, authentication, bucket?.publicRead ?? false);
      const effective = withHoisted(request, authentication);
      answer = await route(effective)({ state, request: effective, authentication });
    }
  } catch (error) {
    if (message.destroyed && !message.complete) {
      response.destroy();
      return;
    }
    answer = errorAnswer(error, message, requestId);
  }
  await sendAnswer(state, response, {
    ...answer,
    headers: {
      'x-amz-request-id': requestId,
      'x-amz-id-2': Buffer.from(requestId).toString('base64'),
      date: new Date(state.now()).toUTCString(),
      server: 'local-cloud',
      ...cors,
      ...answer.headers,
    },
  });
};

const signatureParameters =
  /^x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token)$/;

/**
 * In a signed URL `x-amz-*` parameters stand for headers of that name: signers move headers there by default.
 * A header that was sent counts more.
 */
const withHoisted = (request: S3Request, { accessKeyId }: Authentication): S3Request => {
  if (accessKeyId === undefined || request.headers.has('authorization')) return request;
  const hoisted = request.query
    .map(([name, value]) => [name.toLowerCase(), Buffer.from(value).toString('latin1')] as const)
    .filter(([name]) => name.startsWith('x-amz-') && !signatureParameters.test(name));
  if (hoisted.length === 0) return request;
  return { ...request, headers: new Map([...hoisted, ...request.headers]) };
};

const checkAccess = (request: S3Request, authentication: Authentication, publicRead: boolean): void => {
  const { headers, method, key } = request;
  if (authentication.accessKeyId === undefined) {
    const reads = (method === 'GET' || method === 'HEAD') && key !== undefined;
    if (!publicRead || !reads) throw new S3Error('AccessDenied', 'Access Denied');
  }
  // Operations with a body verify its digest; here it is told apart from no body at all.
  const hashed = /^[0-9a-f]{64}$/.test(authentication.payloadHash);
  const empty = (headers.get('content-length') ?? '0') === '0' && !headers.has('transfer-encoding');
  if (hashed && empty && authentication.payloadHash !== emptyHash) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      {
        elements: {
          ClientComputedContentSHA256: authentication.payloadHash,
          S3ComputedContentSHA256: emptyHash,
        },
      },
    );
  }
};

const errorAnswer = (thrown: unknown, message: IncomingMessage, requestId: string): S3Response => {
  const error =
    thrown instanceof S3Error
      ? thrown
      : new S3Error('InternalError', 'We encountered an internal error. Please try again.', {
          elements: { Detail: thrown instanceof Error ? thrown.message : 'unknown' },
        });
  if (error.status === 304) return { status: 304, headers: error.headers };
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml', ...error.headers },
    body: writeXml('Error', {
      Code: error.code,
      Message: error.message,
      ...error.elements,
      Resource: (message.url ?? '/').split('?', 1)[0],
      RequestId: requestId,
      HostId: Buffer.from(requestId).toString('base64'),
    }),
  };
};
