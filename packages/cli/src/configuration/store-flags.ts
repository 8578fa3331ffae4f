import { type Command, Option } from 'commander';
import type { RawFlags } from './fields.ts';

/** Flags that say which store, the same for every command and provider. */
const FLAGS: readonly (readonly [flags: string, variable: string, help: string])[] = [
  ['--bucket <name>', 'BUCKET', 'bucket, or container of Azure'],
  ['--region <name>', 'REGION', "region of an S3 bucket; default: the SDK's"],
  ['--endpoint <url>', 'ENDPOINT', "address of a store that is not the cloud's own"],
  ['--prefix <path>', 'PREFIX', 'folder of all keys; default: mesibo'],
  ['--checksum <name>', 'CHECKSUM', 'crc32, md5 (s3), crc32c (gcs), crc64, md5 (azure), none'],
  ['--dir <path>', 'DIR', 'folder of --provider disk; default: ./mesibo-files'],
];

const PROVIDER: (typeof FLAGS)[number] = [
  '--provider <name>',
  'PROVIDER',
  's3, gcs, azure, disk or remote (a file server)',
];

const PROVIDER_BEHIND: (typeof FLAGS)[number] = [
  '--provider <name>',
  'PROVIDER',
  's3, gcs, azure or disk; default: disk',
];

const PUBLIC_URL: (typeof FLAGS)[number] = [
  '--public-url <url>',
  'PUBLIC_URL',
  'base of file URLs, where a CDN serves the bucket',
];

const REMOTE_FLAGS: typeof FLAGS = [
  ['--server <url>', 'SERVER', 'base URL of a file server, for --provider remote'],
  ['--token <token>', 'TOKEN', 'its token; better: MESIBO_FILES_TOKEN'],
];

/**
 * Gives a command the flags that name a store. `behind`: one behind a server, which is no server itself, and whose file
 * URLs are the server's.
 */
export function addStoreFlags(command: Command, behind?: 'behind'): Command {
  const own =
    behind === undefined ? [PROVIDER, ...FLAGS, PUBLIC_URL, ...REMOTE_FLAGS] : [PROVIDER_BEHIND, ...FLAGS];
  for (const [flags, variable, help] of own) {
    command.addOption(new Option(flags, help).env(`MESIBO_FILES_${variable}`));
  }
  // serve has more settings, and says so itself.
  if (behind === undefined) command.option('--config <file>', 'JSON of these settings, as serve takes it');
  return command.option('--no-conditional-writes', 'S3 stores that refuse If-None-Match');
}

/** What the command was given, and which of it came from the environment; defaults are left out. */
export function givenFlags(command: Command): {
  readonly raw: RawFlags;
  readonly fromEnvironment: ReadonlySet<string>;
} {
  const raw: Record<string, unknown> = {};
  const fromEnvironment = new Set<string>();
  for (const [name, value] of Object.entries(command.opts())) {
    const source = command.getOptionValueSource(name);
    if (source !== 'cli' && source !== 'env') continue;
    raw[name] = value;
    if (source === 'env') fromEnvironment.add(name);
  }
  return { raw, fromEnvironment };
}
