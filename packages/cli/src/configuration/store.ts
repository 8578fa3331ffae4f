import { isBaseUrl, isPrefix } from '@mesibo-files/handler-core/provider';
import { z } from 'zod';
import { flagOf, oneOf, type RawFlags, type Reading, readFields, text } from './fields.ts';
import type { Mistake } from './mistakes.ts';

/** Which store holds the files: one of the clouds, a folder of this machine, or whatever a file server has. */
const PROVIDERS = ['s3', 'gcs', 'azure', 'disk', 'remote'] as const;

export type Provider = (typeof PROVIDERS)[number];

/** A bucket of a cloud, or a container. */
export interface CloudConfiguration {
  readonly provider: 's3' | 'gcs' | 'azure';
  readonly bucket: string;
  /** S3 alone has regions in its addresses. */
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly prefix?: string | undefined;
  readonly publicUrl?: string | undefined;
  readonly checksum?: string | undefined;
  /** S3 alone: false where the store refuses `If-None-Match`. */
  readonly conditionalWrites?: boolean | undefined;
}

/** A folder of this machine. */
export interface DiskConfiguration {
  readonly provider: 'disk';
  readonly dir: string;
  readonly prefix?: string | undefined;
  /** Base of file URLs. Default: that of the server that served the folder last. */
  readonly publicUrl?: string | undefined;
}

/** A file server. */
export interface RemoteConfiguration {
  readonly provider: 'remote';
  readonly server: string;
  /** Secret. */
  readonly token: string;
}

export type StoreConfiguration = CloudConfiguration | DiskConfiguration | RemoteConfiguration;

const URL_FIX = 'write an http or https URL with no user, query or fragment, as in https://files.example.com';

const url: z.ZodType<string> = text((value) => isBaseUrl(value), 'is no such URL', URL_FIX);
const filled: z.ZodType<string> = text(
  (value) => value.trim() !== '',
  'is empty',
  'write its value, or leave the flag out',
);

const schema = z.object({
  provider: oneOf(PROVIDERS).optional(),
  bucket: filled.optional(),
  region: filled.optional(),
  endpoint: url.optional(),
  prefix: text(
    isPrefix,
    'can not be the folder of keys',
    'use letters, digits and . _ ~ = @ - between slashes',
  ).optional(),
  publicUrl: url.optional(),
  checksum: z.string().optional(),
  conditionalWrites: z.boolean().optional(),
  dir: filled.optional(),
  server: url.optional(),
  token: text(
    (value) => /^[\x21-\x7e]+$/.test(value),
    'is empty or has spaces',
    'write it as the server printed it',
  ).optional(),
});

type StoreFields = z.output<typeof schema>;
type Field = keyof StoreFields;

/** Which fields mean something to which provider. A region is let pass, so that a change of provider is one word. */
const CLOUD: readonly Field[] = ['bucket', 'region', 'endpoint', 'prefix', 'publicUrl', 'checksum'];

/** What a store behind a server may be told; where its files are served is the server's to say. */
export const BUCKET_FIELDS: readonly string[] = [
  ...CLOUD.filter((field) => field !== 'publicUrl'),
  'conditionalWrites',
];

const FIELDS: Readonly<Record<Provider, readonly Field[]>> = {
  s3: [...CLOUD, 'conditionalWrites'],
  gcs: CLOUD,
  azure: CLOUD,
  disk: ['dir', 'prefix', 'publicUrl'],
  remote: ['server', 'token'],
};

/** Every setting of a store, by name. */
export const STORE_FIELDS: ReadonlySet<string> = new Set<string>(Object.keys(schema.shape));

const CHECKSUMS: Readonly<Record<CloudConfiguration['provider'], readonly string[]>> = {
  s3: ['crc32', 'md5', 'none'],
  gcs: ['crc32c', 'none'],
  azure: ['crc64', 'md5', 'none'],
};

export interface StoreReadingOptions {
  /** Used where none is named. Default: none; `remote` where a server is given. */
  readonly provider?: Provider;
  /** Fields that this command reads for itself: another provider's flag is then no mistake. */
  readonly own?: readonly string[];
}

/** Which store is meant. `fromEnvironment`: properties that no flag gave. */
export function readStore(
  raw: RawFlags,
  fromEnvironment: ReadonlySet<string>,
  options: StoreReadingOptions = {},
): Reading<StoreConfiguration> {
  const provider = providerOf(raw, options);
  // A variable that another provider needs may stay set.
  const given = Object.fromEntries(
    Object.entries(raw).filter(([name]) => !(fromEnvironment.has(name) && isForeign(name, provider))),
  );
  const read = readFields(schema, given);
  const mistakes = [...read.mistakes, ...ruleMistakes(given, provider, options)];
  if (read.value !== null && provider !== null && mistakes.length === 0) {
    return { value: configurationOf(read.value, provider), mistakes: [] };
  }
  return { value: null, mistakes };
}

function providerOf(raw: RawFlags, options: StoreReadingOptions): Provider | null {
  const named = PROVIDERS.find((word) => word === raw.provider);
  if (named !== undefined || raw.provider !== undefined) return named ?? null;
  return options.provider ?? (raw.server === undefined ? null : 'remote');
}

function isForeign(name: string, provider: Provider | null): boolean {
  if (provider === null) return false;
  const known = Object.values(FIELDS).some((fields) => fields.some((field) => field === name));
  return known && !FIELDS[provider].some((field) => field === name);
}

function ruleMistakes(raw: RawFlags, provider: Provider | null, options: StoreReadingOptions): Mistake[] {
  if (provider === null) {
    if (raw.provider !== undefined) return [];
    const fix = `write --provider with one of ${PROVIDERS.join(', ')}, or set MESIBO_FILES_PROVIDER`;
    return [{ flag: '--provider', mistake: 'no store is named', fix }];
  }
  return [
    ...missing(raw, provider),
    ...Object.keys(raw)
      .filter((name) => raw[name] !== undefined && isForeign(name, provider) && !options.own?.includes(name))
      .map((name) => ({
        flag: flagOf(name),
        mistake: `means nothing to --provider ${provider}`,
        fix: 'leave it out, or name the provider that it belongs to',
      })),
    ...wrongChecksum(raw, provider),
  ];
}

function missing(raw: RawFlags, provider: Provider): Mistake[] {
  const lacks = (name: string, mistake: string, fix: string): Mistake[] =>
    raw[name] === undefined ? [{ flag: flagOf(name), mistake, fix }] : [];
  if (provider === 'disk') return [];
  if (provider !== 'remote') {
    const what = provider === 'azure' ? 'container' : 'bucket';
    return lacks(
      'bucket',
      `no ${what} is named`,
      `write --bucket NAME of a ${what} that exists, or set MESIBO_FILES_BUCKET`,
    );
  }
  return [
    ...lacks('server', 'no file server is named', 'write --server URL, or set MESIBO_FILES_SERVER'),
    ...lacks('token', 'there is no token', 'set MESIBO_FILES_TOKEN to the token that the server takes'),
  ];
}

function wrongChecksum(raw: RawFlags, provider: Provider): Mistake[] {
  if (raw.checksum === undefined || provider === 'disk' || provider === 'remote') return [];
  const known = CHECKSUMS[provider];
  if (known.some((word) => word === raw.checksum)) return [];
  const mistake = `${JSON.stringify(raw.checksum)} is none that ${provider} has`;
  return [{ flag: '--checksum', mistake, fix: `write one of: ${known.join(', ')}` }];
}

function configurationOf(fields: StoreFields, provider: Provider): StoreConfiguration {
  const { bucket = '', server = '', token = '', dir = './mesibo-files', prefix, publicUrl } = fields;
  if (provider === 'remote') return { provider, server, token };
  if (provider === 'disk') return { provider, dir, prefix, publicUrl };
  const { region, endpoint, checksum, conditionalWrites } = fields;
  return { provider, bucket, region, endpoint, prefix, publicUrl, checksum, conditionalWrites };
}
