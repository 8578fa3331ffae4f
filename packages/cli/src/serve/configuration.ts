import { z } from 'zod';
import type { RawFlags, Reading } from '../configuration/fields.ts';
import type { Mistake } from '../configuration/mistakes.ts';
import { BUCKET_FIELDS, readStore, type StoreConfiguration } from '../configuration/store.ts';
import { readConfigFile } from './config-file.ts';
import { readServeFlags, SERVE_FLAGS, type ServeFlags } from './flags.ts';

/** Secrets that no flag takes. */
export interface ServeSecrets {
  /** Signs tokens of users (HS256). */
  readonly jwtSecret: string | null;
  /** Seals tickets; shared by replicas. Null: a generated one, kept in the folder. */
  readonly ticketSecret: string | null;
  /** Opens the tickets that were sealed with it, and seals none: the secret before this one. */
  readonly oldTicketSecret: string | null;
  /** Who may read `/metrics`. */
  readonly metricsToken: string | null;
}

export interface ServeConfiguration {
  readonly flags: ServeFlags;
  readonly secrets: ServeSecrets;
  readonly store: StoreConfiguration;
  readonly alsoRead: readonly StoreConfiguration[];
}

/** Everything that was read, and the stores whose flags make sense, whatever else is wrong. */
export interface ServeReading {
  readonly value: ServeConfiguration | null;
  readonly mistakes: readonly Mistake[];
  readonly stores: readonly StoreConfiguration[];
}

/** Reads all of it: flags, environment and, under both, the file of `--config`. */
export function readServe(
  given: RawFlags,
  fromEnvironment: ReadonlySet<string>,
  env: NodeJS.ProcessEnv,
): ServeReading {
  const file = readConfigFile(given.config, CONFIG_KEYS);
  const { alsoRead = [], ...fromFile } = file.value;
  const raw = { ...fromFile, ...given };
  const own = readServeFlags(raw);
  const store = readServedStore(raw, fromEnvironment);
  const older = readOlder(alsoRead);
  const secrets = readSecrets(env);
  const mistakes = [
    ...file.mistakes,
    ...store.mistakes,
    ...own.mistakes,
    ...older.mistakes,
    ...secrets.mistakes,
    ...authoriseMistakes(raw, env),
  ];
  const stores = [...(store.value === null ? [] : [store.value]), ...(older.value ?? [])];
  if (own.value === null || store.value === null || older.value === null || mistakes.length > 0) {
    return { value: null, mistakes, stores };
  }
  const value = { flags: own.value, secrets: secrets.value, store: store.value, alsoRead: older.value };
  return { value, mistakes: [], stores };
}

/** What the store does not read; `dir` is its own only where the files are in it. */
const FLAGS_OF_SERVE: ReadonlySet<string> = new Set([...SERVE_FLAGS, 'config']);

const CONFIG_KEYS: ReadonlySet<string> = new Set([...SERVE_FLAGS, ...BUCKET_FIELDS, 'provider', 'alsoRead']);

const NOT_REMOTE: Mistake = {
  flag: '--provider',
  mistake: 'a server does not serve another server',
  fix: 'write one of: s3, gcs, azure, disk',
};

function readServedStore(raw: RawFlags, fromEnvironment: ReadonlySet<string>): Reading<StoreConfiguration> {
  if (raw.provider === 'remote') return { value: null, mistakes: [NOT_REMOTE] };
  const flags = Object.fromEntries(Object.entries(raw).filter(([name]) => !FLAGS_OF_SERVE.has(name)));
  const isDisk = raw.provider === undefined || raw.provider === 'disk';
  return readStore(isDisk ? { ...flags, dir: raw.dir } : flags, fromEnvironment, { provider: 'disk' });
}

function readOlder(given: unknown): Reading<readonly StoreConfiguration[]> {
  const list = z.array(z.record(z.string(), z.unknown())).safeParse(given);
  if (!list.success) {
    const fix = 'write a list of stores, as in [{"provider": "s3", "bucket": "old"}]';
    return { value: null, mistakes: [{ flag: 'alsoRead', mistake: 'is no list of stores', fix }] };
  }
  const readings = list.data.map((store) => readStore(store, new Set()));
  const mistakes = readings.flatMap((reading, index) =>
    reading.mistakes.map((each) => ({ ...each, flag: `alsoRead[${index}] ${each.flag}` })),
  );
  const value = readings.flatMap((reading) => reading.value ?? []);
  return mistakes.length > 0 ? { value: null, mistakes } : { value, mistakes: [] };
}

function readSecrets(env: NodeJS.ProcessEnv): {
  readonly value: ServeSecrets;
  readonly mistakes: readonly Mistake[];
} {
  const read = (name: string): string | null => env[name] || null;
  const value = {
    jwtSecret: read('MESIBO_FILES_JWT_SECRET'),
    ticketSecret: read('MESIBO_FILES_SECRET'),
    oldTicketSecret: read('MESIBO_FILES_OLD_SECRET'),
    metricsToken: read('MESIBO_FILES_METRICS_TOKEN'),
  };
  const short = (name: string, secret: string | null, least = 32): Mistake[] =>
    secret === null || Buffer.byteLength(secret) >= least
      ? []
      : [
          {
            flag: name,
            mistake: `is shorter than ${least} bytes`,
            fix: `export ${name}=$(openssl rand -hex 32)`,
          },
        ];
  const mistakes = [
    ...short('MESIBO_FILES_JWT_SECRET', value.jwtSecret),
    ...short('MESIBO_FILES_SECRET', value.ticketSecret),
    ...short('MESIBO_FILES_OLD_SECRET', value.oldTicketSecret),
    ...short('MESIBO_FILES_METRICS_TOKEN', value.metricsToken, 16),
  ];
  return { value, mistakes };
}

/** One way to tell who may do what is enough; a second one would be forgotten, and open a door. */
function authoriseMistakes(raw: RawFlags, env: NodeJS.ProcessEnv): Mistake[] {
  const ways = [
    ...(raw.jwks === undefined ? [] : ['--jwks']),
    ...(raw.authoriseUrl === undefined ? [] : ['--authorise-url']),
    ...(env.MESIBO_FILES_JWT_SECRET ? ['MESIBO_FILES_JWT_SECRET'] : []),
    ...(raw.token === undefined ? [] : ['--token (or MESIBO_FILES_TOKEN)']),
  ];
  if (ways.length < 2) return [];
  const mistake = `${ways.join(' and ')} are given, and one alone can decide`;
  return [{ flag: ways[0] ?? '', mistake, fix: 'leave out all but one' }];
}
