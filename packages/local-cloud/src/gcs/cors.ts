import type { GcsBucket, GcsCorsRule } from './store/types.ts';
import type { GcsHeaders, GcsRequest, GcsResponse } from './types.ts';

// Source: "Cross-origin resource sharing (CORS)" and "Configuration examples for CORS", Cloud Storage.

const matchesHeader = (pattern: string, name: string): boolean => {
  const lower = pattern.toLowerCase();
  return lower.endsWith('*') ? name.startsWith(lower.slice(0, -1)) : lower === name;
};

const includes = (list: readonly string[] | undefined, value: string): boolean =>
  list?.some((entry) => entry === '*' || entry === value) ?? false;

const findRule = (bucket: GcsBucket, origin: string, method: string): GcsCorsRule | undefined =>
  bucket.cors.find((rule) => includes(rule.origin, origin) && includes(rule.method, method));

const list = (values: readonly string[] | undefined): string | undefined =>
  values === undefined || values.length === 0 ? undefined : values.join(', ');

/** CORS headers of an actual answer of the XML API: of the first rule that fits, or none. */
export const corsHeaders = (
  origin: string | undefined,
  method: string,
  bucket: GcsBucket | undefined,
): GcsHeaders => {
  if (origin === undefined || bucket === undefined) return {};
  const rule = findRule(bucket, origin, method);
  if (rule === undefined) return {};
  const any = rule.origin?.includes('*') ?? false;
  return {
    'access-control-allow-origin': any ? '*' : origin,
    'access-control-expose-headers': list(rule.responseHeader),
    ...(any ? {} : { vary: 'Origin' }),
  };
};

/** Header names that a preflight asks for, in lower case. */
export const askedHeaders = (request: GcsRequest): string[] =>
  (request.headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');

/** Answers a preflight for an origin; without a rule that fits it has no CORS headers, and the browser refuses. */
export const preflight = (
  request: GcsRequest,
  origin: string | undefined,
  bucket: GcsBucket | undefined,
): GcsResponse => {
  const method = request.headers.get('access-control-request-method');
  if (origin === undefined || method === undefined || bucket === undefined) return { status: 200 };
  const rule = findRule(bucket, origin, method);
  const asked = askedHeaders(request);
  const allowed = asked.every((name) =>
    rule?.responseHeader?.some((pattern) => matchesHeader(pattern, name)),
  );
  if (rule === undefined || !allowed) return { status: 200 };
  return {
    status: 200,
    headers: {
      ...corsHeaders(origin, method, bucket),
      'access-control-allow-methods': list(rule.method),
      'access-control-allow-headers': list(asked),
      'access-control-max-age': String(rule.maxAgeSeconds ?? 3600),
    },
  };
};
