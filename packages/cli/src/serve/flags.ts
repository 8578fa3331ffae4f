import { DAY, isBaseUrl, MINUTE, TIB } from '@mesibo-files/handler-core/provider';
import { z } from 'zod';
import {
  duration,
  oneOf,
  type RawFlags,
  type Reading,
  readFields,
  size,
  text,
  wholeNumber,
} from '../configuration/fields.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** What `serve` was told, beside its store. What is undefined has its default. */
export interface ServeFlags {
  /** Folder of a disk's files, and of what is generated. */
  readonly dir?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly baseUrl?: string | undefined;
  /** Secret. */
  readonly token?: string | undefined;
  readonly jwks?: string | undefined;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly authoriseUrl?: string | undefined;
  readonly downloads?: 'redirect' | 'stream' | undefined;
  readonly downloadPolicy?: 'link' | 'token' | undefined;
  readonly remove?: 'nobody' | 'token' | undefined;
  readonly origin?: readonly string[] | undefined;
  /** Bytes. */
  readonly maxSize?: number | undefined;
  readonly maxUploads?: number | undefined;
  /** Bytes of memory that all uploads hold together. */
  readonly uploadMemory?: number | undefined;
  /** Connections that wait for the server to take them. */
  readonly backlog?: number | undefined;
  /** Milliseconds that what runs has to finish. */
  readonly grace?: number | undefined;
  /** Milliseconds from when it is not ready to when it takes no new connection. */
  readonly drainDelay?: number | undefined;
  readonly uploadsPerMinute?: number | undefined;
  /** Limit for one user, or for one address where no token proves a user; 0: no limit. */
  readonly requestsPerMinute?: number | undefined;
  /** Bytes. */
  readonly quotaBytes?: number | undefined;
  readonly quotaFiles?: number | undefined;
  /** May hold a password. */
  readonly redis?: string | undefined;
  readonly addressHeader?: string | undefined;
  readonly rotate?: boolean | undefined;
  readonly legacy?: boolean | undefined;
  readonly lenient?: boolean | undefined;
  readonly metrics?: boolean | undefined;
  readonly logLevel?: (typeof LEVELS)[number] | undefined;
  readonly json?: boolean | undefined;
}

const url: z.ZodType<string> = text(
  (value) => isBaseUrl(value),
  'is no such URL',
  'write an http or https URL with no user, query or fragment',
);
const origin: z.ZodType<string> = text(
  (value) => value === '*' || (URL.canParse(value) && new URL(value).origin === value),
  'is no origin of a web page',
  'write scheme, host and port alone, as in https://app.example.com, or *',
);

const schema = z.object({
  dir: z.string().optional(),
  host: z.string().optional(),
  port: wholeNumber(0, 65_535).optional(),
  baseUrl: url.optional(),
  token: text(
    (value) => /^\S{16,}$/.test(value),
    'is too short, or has spaces',
    'use 16 characters or more, as openssl rand -hex 16 prints them',
  ).optional(),
  jwks: url.optional(),
  issuer: z.string().optional(),
  audience: z.string().optional(),
  authoriseUrl: url.optional(),
  downloads: oneOf(['redirect', 'stream'] as const).optional(),
  downloadPolicy: oneOf(['link', 'token'] as const).optional(),
  remove: oneOf(['nobody', 'token'] as const).optional(),
  origin: z.array(origin).optional(),
  maxSize: size(5 * TIB).optional(),
  maxUploads: wholeNumber(1, 100_000).optional(),
  uploadMemory: size(TIB).optional(),
  backlog: wholeNumber(1, 65_535).optional(),
  grace: duration(DAY).optional(),
  drainDelay: duration(60 * MINUTE).optional(),
  uploadsPerMinute: wholeNumber(1, 1_000_000).optional(),
  requestsPerMinute: wholeNumber(0, 1_000_000).optional(),
  quotaBytes: size(1024 * TIB).optional(),
  quotaFiles: wholeNumber(1, 1_000_000_000).optional(),
  redis: text(
    (value) => URL.canParse(value) && /^rediss?:$/.test(new URL(value).protocol),
    'is no address of a Redis',
    'write it as in redis://127.0.0.1:6379, or rediss:// with TLS',
  ).optional(),
  addressHeader: text(
    (value) => /^[\w-]{1,64}$/.test(value),
    'is no name of a header',
    'write the header that your proxy sets, as in x-forwarded-for',
  ).optional(),
  rotate: z.boolean().optional(),
  legacy: z.boolean().optional(),
  lenient: z.boolean().optional(),
  metrics: z.boolean().optional(),
  logLevel: oneOf(LEVELS).optional(),
  json: z.boolean().optional(),
});

/** Names of all of them. */
export const SERVE_FLAGS: ReadonlySet<string> = new Set(Object.keys(schema.shape));

export function readServeFlags(raw: RawFlags): Reading<ServeFlags> {
  return readFields<ServeFlags>(schema, raw);
}
