import { type Command, Option } from 'commander';
import { ConfigurationError } from '../configuration/mistakes.ts';
import { addStoreFlags, givenFlags } from '../configuration/store-flags.ts';
import { EXIT } from '../output/exit-codes.ts';
import { interruptible } from '../output/interruptible.ts';
import type { Io } from '../output/io.ts';
import type { ServeFlags } from '../serve/flags.ts';
import type { Serving } from '../serve/start.ts';
import type { CommandContext } from './command.ts';

/** Flags, the variable of each, and what it does. */
const FLAGS: readonly (readonly [flags: string, variable: string | null, help: string])[] = [
  ['--host <address>', 'HOST', 'address to listen on; default: 127.0.0.1; 0.0.0.0 so that phones reach it'],
  ['--port <number>', 'PORT', 'default: 8080; 0 for any that is free'],
  ['--base-url <url>', 'BASE_URL', 'where clients reach it, behind a proxy; default: by host and port'],
  ['--downloads <how>', 'DOWNLOADS', 'redirect or stream; default: redirect, of a disk stream'],
  [
    '--remove <who>',
    'REMOVE',
    'nobody or token (anyone with a token); default: nobody; with user tokens, the uploader',
  ],
  [
    '--download-policy <who>',
    'DOWNLOAD_POLICY',
    'link (anyone with a link, except to protected files) or token; default: link',
  ],
  ['--max-size <bytes>', 'MAX_SIZE', 'most bytes of a file, as in 200MiB; default: 5GiB'],
  ['--max-uploads <number>', 'MAX_UPLOADS', 'uploads at once by the upload URL; default: 256'],
  [
    '--upload-memory <bytes>',
    'UPLOAD_MEMORY',
    'memory of all uploads together; default: 256MiB; 1 MiB for each on disk, less and 18 MiB for some in a cloud',
  ],
  [
    '--backlog <number>',
    'BACKLOG',
    'connections that wait to be taken; default: 511; the system has a bound of its own',
  ],
  ['--grace <time>', 'GRACE', 'how long SIGTERM lets what runs go on, as in 30s; default: 30s'],
  [
    '--drain-delay <time>',
    'DRAIN_DELAY',
    'from when /readyz says no to when no new connection is taken; for load balancers; default: 0s',
  ],
  [
    '--uploads-per-minute <number>',
    'UPLOADS_PER_MINUTE',
    'by the upload URL, of one user or address; default: any',
  ],
  [
    '--requests-per-minute <number>',
    'REQUESTS_PER_MINUTE',
    'of each kind, of one user or address; default: 6000; 0 for any',
  ],
  [
    '--quota-bytes <bytes>',
    'QUOTA_BYTES',
    'most bytes that one user stores in a day, as in 2GiB; default: any',
  ],
  ['--quota-files <number>', 'QUOTA_FILES', 'most files that one user stores in a day; default: any'],
  ['--redis <url>', 'REDIS', 'counts for all replicas in a Redis or Valkey, as in redis://127.0.0.1:6379'],
  ['--address-header <name>', 'ADDRESS_HEADER', "header to which your proxy adds its client's address"],
  ['--log-level <level>', 'LOG_LEVEL', 'trace to fatal, or silent; default: info, in a terminal warn'],
];

const WHO_FLAGS: typeof FLAGS = [
  ['--token <token>', 'TOKEN', 'one token for all; better: MESIBO_FILES_TOKEN; default: a generated one'],
  ['--jwks <url>', 'JWKS', 'tokens (JWT) verified by these keys; or by MESIBO_FILES_JWT_SECRET'],
  ['--issuer <name>', 'ISSUER', 'the only issuer of such tokens'],
  ['--audience <name>', 'AUDIENCE', 'what such tokens must be for'],
  ['--authorise-url <url>', 'AUTHORISE_URL', 'your backend, which is asked for each file'],
];

/** `serve`: a file server, with no configuration on the local disk. */
export function addServe(program: Command, { io, end }: CommandContext): void {
  const command = program
    .command('serve')
    .description('start a file server: an upload URL, signing for remote handlers, downloads')
    .optionsGroup('Server:');
  for (const flag of FLAGS) add(command, flag);
  command
    .option('--origin <url>', 'web page that may call; repeatable', (value, all: string[] = []) => [
      ...all,
      value,
    ])
    .option('--rotate', 'make a new secret and token; those in use stay good until the next time')
    .option('--legacy', "speak the upload URL's first dialect (token, OK, file)")
    .option('--lenient', 'take uploads without uid, mid or source')
    .option('--metrics', 'let everyone read /metrics; with MESIBO_FILES_METRICS_TOKEN only its holders')
    .option('--config <file>', 'JSON of the same settings, and "alsoRead": a list of older stores')
    .option('--json', 'print one object when it is ready')
    .optionsGroup('Who may:');
  for (const flag of WHO_FLAGS) add(command, flag);
  addStoreFlags(command.optionsGroup('Store:'), 'behind');
  command.action(async () => {
    const { startServer } = await import('../serve/start.ts');
    const { readServe } = await import('../serve/configuration.ts');
    const { storeMistakes } = await import('../serve/store-mistakes.ts');
    const { raw, fromEnvironment } = givenFlags(command);
    const { value, mistakes, stores } = readServe(raw, fromEnvironment, io.env);
    const all = [...mistakes, ...(await storeMistakes(stores))];
    if (value === null || all.length > 0) throw new ConfigurationError(all);
    const logLevel = io.stdout.isTTY === true ? 'warn' : 'info';
    const serving = await startServer(value, { logLevel });
    announce(io, serving, value.flags);
    end(await untilStopped(io, serving));
  });
}

function add(command: Command, [flags, variable, help]: (typeof FLAGS)[number]): void {
  const option = new Option(flags, help);
  command.addOption(variable === null ? option : option.env(`MESIBO_FILES_${variable}`));
}

/** A signal ends it in good order, and that is no failure unless requests had to be cut off. */
async function untilStopped(io: Io, { closed, close }: Serving): Promise<number> {
  let cutOff = 0;
  await interruptible(io, async (signal) => {
    signal.addEventListener('abort', () => void close(), { once: true });
    ({ cutOff } = await closed);
  });
  if (cutOff === 0) return EXIT.done;
  io.stderr.write(`${cutOff} requests ran longer than --grace, and were cut off.\n`);
  return EXIT.cutOff;
}

function announce(io: Io, serving: Serving, flags: ServeFlags): void {
  const { baseUrl, title, generatedToken, warnings } = serving;
  for (const warning of warnings) io.stderr.write(`warning: ${warning}\n`);
  const local = flags.host === undefined && flags.baseUrl === undefined;
  const uploadUrl = `${baseUrl}/upload`;
  // Output that is no terminal is a log, which more people read than may have the token.
  const shown = io.stdout.isTTY === true ? (generatedToken?.token ?? null) : null;
  const tokenFile = generatedToken?.file ?? null;
  if (flags.json) {
    io.stdout.write(`${JSON.stringify({ url: baseUrl, uploadUrl, tokenFile, store: title })}\n`);
    return;
  }
  const token = shown === null ? 'YOUR_TOKEN' : JSON.stringify(shown);
  io.stdout.write(
    [
      `Serving ${title}`,
      `  setUploadUrl(${JSON.stringify(uploadUrl)}, ${token})`,
      ...(shown === null && tokenFile !== null
        ? [`  the token is the first of "tokens" in ${tokenFile}`]
        : []),
      `  files are at ${baseUrl}/files/…`,
      ...(local ? ['  Only this machine reaches it; for phones start it with --host 0.0.0.0.'] : []),
      'Stop with Ctrl-C.',
      '',
    ].join('\n'),
  );
}
