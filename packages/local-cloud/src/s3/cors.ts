import { S3Error } from './errors.ts';
import type { Bucket, S3CorsRule } from './store/types.ts';
import type { S3Request, S3Response } from './types.ts';

const matchesPattern = (pattern: string, text: string): boolean => {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  const before = pattern.slice(0, star);
  const after = pattern.slice(star + 1);
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
};

const findRule = (
  bucket: Bucket,
  origin: string,
  method: string,
  headers: readonly string[],
): S3CorsRule | undefined =>
  bucket.corsRules?.find(
    (rule) =>
      rule.allowedOrigins.some((pattern) => matchesPattern(pattern, origin)) &&
      rule.allowedMethods.includes(method) &&
      headers.every((header) =>
        rule.allowedHeaders?.some((pattern) => matchesPattern(pattern.toLowerCase(), header)),
      ),
  );

const ruleHeaders = (rule: S3CorsRule, origin: string): Record<string, string | undefined> => {
  const any = rule.allowedOrigins.includes('*');
  return {
    'access-control-allow-origin': any ? '*' : origin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    'access-control-expose-headers': rule.exposeHeaders?.length ? rule.exposeHeaders.join(', ') : undefined,
    'access-control-max-age': rule.maxAgeSeconds === undefined ? undefined : String(rule.maxAgeSeconds),
    'access-control-allow-credentials': any ? undefined : 'true',
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
};

/** CORS headers of an actual answer: of the first rule that fits, or none. */
export const corsHeaders = (
  request: S3Request,
  bucket: Bucket | undefined,
): Record<string, string | undefined> => {
  const origin = request.headers.get('origin');
  if (origin === undefined || bucket === undefined) return {};
  const rule = findRule(bucket, origin, request.method, []);
  return rule === undefined ? {} : ruleHeaders(rule, origin);
};

/** Answers a preflight request. Source: "Using cross-origin resource sharing", Amazon S3 user guide. */
export const preflight = (request: S3Request, bucket: Bucket | undefined): S3Response => {
  const origin = request.headers.get('origin');
  const method = request.headers.get('access-control-request-method');
  if (origin === undefined) {
    throw new S3Error('BadRequest', 'Insufficient information. Origin request header needed.');
  }
  if (method === undefined) throw new S3Error('BadRequest', 'Invalid Access-Control-Request-Method: null');
  const forbidden = (message: string): S3Error =>
    new S3Error('AccessForbidden', `CORSResponse: ${message}`, {
      elements: { Method: method, ResourceType: request.key === undefined ? 'BUCKET' : 'OBJECT' },
    });
  if (bucket === undefined) throw forbidden('Bucket not found');
  if (bucket.corsRules === undefined) throw forbidden('CORS is not enabled for this bucket.');
  const asked = (request.headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((header) => header.trim().toLowerCase())
    .filter((header) => header !== '');
  const rule = findRule(bucket, origin, method, asked);
  if (rule === undefined) {
    throw forbidden(
      "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    );
  }
  return {
    status: 200,
    headers: {
      ...ruleHeaders(rule, origin),
      'access-control-allow-headers': asked.length > 0 ? asked.join(', ') : undefined,
      'content-length': '0',
    },
  };
};
