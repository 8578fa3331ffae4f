import { GcsError } from '../errors.ts';
import type { GcsCorsRule } from './types.ts';

const methods = new Set(['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', '*']);

const bad = (details: string): GcsError =>
  new GcsError('InvalidArgument', 'Invalid argument.', { elements: { Details: details } });

/** Refuses rules that a bucket can't have. Source: "Configuration examples for CORS", Cloud Storage. */
export const checkCorsRules = (rules: readonly GcsCorsRule[]): void => {
  for (const rule of rules) {
    const unknown = (rule.method ?? []).find((method) => !methods.has(method));
    if (unknown !== undefined) throw bad(`CORS: unknown method ${unknown}`);
    const trailing = (rule.origin ?? []).find((origin) => /[^:]\/$/.test(origin));
    if (trailing !== undefined) throw bad(`CORS: an origin has no path: ${trailing}`);
    if (rule.maxAgeSeconds !== undefined && !(rule.maxAgeSeconds >= 0)) throw bad('CORS: bad maxAgeSeconds');
  }
};

const isText = (value: unknown): value is string => typeof value === 'string';

const texts = (value: unknown, field: string): readonly string[] => {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every(isText)) return value;
  throw bad(`CORS: ${field} must be a list of strings`);
};

/** Reads the `cors` field of a bucket resource. */
export const readCorsRules = (value: unknown): GcsCorsRule[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw bad('CORS: must be a list');
  const rules = value.map((entry: Record<string, unknown>): GcsCorsRule => {
    const { maxAgeSeconds } = entry;
    return {
      origin: texts(entry.origin, 'origin'),
      method: texts(entry.method, 'method'),
      responseHeader: texts(entry.responseHeader, 'responseHeader'),
      ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds: Number(maxAgeSeconds) }),
    };
  });
  checkCorsRules(rules);
  return rules;
};
