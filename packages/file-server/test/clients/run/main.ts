import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diskStore, newDiskSecret } from '@mesibo-files/handler-disk';
import { staticToken } from '../../../src/index.ts';
import { nodeFileServer } from '../../../src/node/index.ts';

/*
 * Runs clients that nobody here wrote against a file server, directly and through proxies, and prints a table in
 * Markdown. What is not installed is left out. Not a part of the gate.
 */

const MIB = 1024 * 1024;
const TOKEN = 'the-token-of-the-clients';
const NAME = 'Kätze 写真 (1).jpg';

/** The longest that a client may take with one request, in milliseconds. */
const PATIENCE = 120_000;

interface Ran {
  readonly code: number | null;
  readonly out: string;
}

/** Runs a program to its end, in a folder. Null where there is none of this name. */
function run(command: string, args: readonly string[], cwd?: string): Promise<Ran | null> {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      no_proxy: '*',
      NO_PROXY: '*',
      LC_ALL: 'C.UTF-8',
      PYTHONDONTWRITEBYTECODE: '1',
    };
    execFile(
      command,
      args,
      { env, timeout: PATIENCE, maxBuffer: 64 * MIB, ...(cwd === undefined ? {} : { cwd }) },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : (error as { code?: unknown }).code;
        if (code === 'ENOENT') resolve(null);
        else resolve({ code: typeof code === 'number' ? code : null, out: stdout + stderr });
      },
    );
  });
}

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Somebody who uploads: prints the status of the answer on the first line, then its body. */
interface Uploader {
  readonly name: string;
  readonly version: readonly [command: string, ...args: string[]];
  readonly command: (url: string, token: string, file: string) => readonly [string, ...string[]];
}

const PYTHON = '/usr/bin/python3';
const FIELDS = (token: string): string[] =>
  Object.entries({ op: 'upload', auth: token, uid: '7', mid: '42', source: '0' }).flatMap(([name, value]) => [
    '-F',
    `${name}=${value}`,
  ]);

const curl = (name: string, ...more: string[]): Uploader => ({
  name,
  version: ['curl', '--version'],
  command: (url, token, file) => {
    const form = [...FIELDS(token), '-F', `photo=@${file};type=image/jpg`];
    return ['curl', '-s', '-S', '-o', '-', '-w', '\n%{http_code}', ...more, ...form, url];
  },
});

const scripted = (
  name: string,
  interpreter: string,
  file: string,
  version: Uploader['version'],
  ...more: string[]
): Uploader => ({
  name,
  version,
  command: (url, token, path) => [interpreter, script(file), url, token, path, ...more],
});

const module = (name: string): Uploader['version'] => [
  PYTHON,
  '-c',
  `import ${name}; print(${name}.__version__)`,
];

const UPLOADERS: readonly Uploader[] = [
  curl('curl'),
  curl('curl, no `Expect`', '-H', 'Expect:'),
  curl('curl, HTTP/1.0', '--http1.0'),
  scripted('Python http.client', PYTHON, 'python-http.py', [PYTHON, '--version']),
  scripted('Python http.client, chunked', PYTHON, 'python-http.py', [PYTHON, '--version'], 'chunked'),
  scripted('Python requests', PYTHON, 'python-requests.py', module('requests')),
  scripted('Python aiohttp', PYTHON, 'python-aiohttp.py', module('aiohttp')),
  scripted('Perl LWP', 'perl', 'perl.pl', ['perl', '-MLWP', '-e', 'print $LWP::VERSION']),
  scripted('PHP curl', 'php', 'php-curl.php', ['php', '-r', 'echo PHP_VERSION; curl_version();']),
  scripted('PHP streams', 'php', 'php-stream.php', ['php', '-r', 'echo PHP_VERSION;']),
  scripted('Ruby net/http', 'ruby', 'ruby.rb', ['ruby', '-e', 'print RUBY_VERSION']),
  scripted('Node fetch', process.execPath, 'node-fetch.mjs', [process.execPath, '--version']),
];

/** Its program is compiled once. */
async function goUploader(folder: string): Promise<Uploader | null> {
  const program = join(folder, 'go-client');
  const built = await run('go', ['build', '-o', program, script('go.go')], folder);
  if (built?.code !== 0) return null;
  return {
    name: 'Go net/http, chunked',
    version: ['go', 'version'],
    command: (url, token, file) => [program, url, token, file],
  };
}

async function versionOf([command, ...args]: Uploader['version']): Promise<string | null> {
  const ran = await run(command, args);
  return ran?.code === 0 ? (/\d+\.\d+(?:\.\d+)?/.exec(ran.out)?.[0] ?? null) : null;
}

interface Place {
  readonly name: string;
  readonly url: string;
  readonly version: string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const nginx = (folder: string, port: number, to: number): string => {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off; pid ${folder}/pid; events {}
http {
  ${paths.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')} access_log off;
  server {
    listen 127.0.0.1:${port}; client_max_body_size 0;
    location / { proxy_pass http://127.0.0.1:${to}; proxy_set_header Host $host; proxy_http_version 1.1; proxy_request_buffering off; }
  }
}
`;
};

const haproxy = (_: string, port: number, to: number): string => `defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen files
  bind 127.0.0.1:${port}
  server one 127.0.0.1:${to}
`;

async function startProxy(
  name: string,
  configuration: typeof nginx,
  args: (file: string, folder: string) => string[],
  version: Uploader['version'],
  to: number,
): Promise<Place | null> {
  const found = await versionOf(version);
  if (found === null) return null;
  const folder = await mkdtemp(join(tmpdir(), `clients-${name}-`));
  await chmod(folder, 0o755);
  const port = await freePort();
  await writeFile(join(folder, 'conf'), configuration(folder, port, to));
  const child: ChildProcess = spawn(name, args(join(folder, 'conf'), folder), { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (let ready = false; !ready; ) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}.`);
    ready = await fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
  const stop = async (): Promise<void> => {
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
    await rm(folder, { recursive: true, force: true });
  };
  return { name, url, version: found, stop };
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What a client shows of the answer. */
async function answerOf(
  { command }: Uploader,
  url: string,
  token: string,
  file: string,
): Promise<{ status: string; body: Record<string, unknown>; out: string }> {
  const [program, ...args] = command(`${url}/upload`, token, file);
  const ran = await run(program, args);
  const out = ran?.out ?? '';
  const status = /^(\d{3})$/m.exec(out)?.[1] ?? 'none';
  const json = /\{.*\}/.exec(out)?.[0];
  return { status, body: json === undefined ? {} : (JSON.parse(json) as Record<string, unknown>), out };
}

/** Uploads, and looks whether what can be downloaded is the same, under its name. Answers `ok`, or what went wrong. */
async function uploads(uploader: Uploader, place: Place, file: string): Promise<string> {
  const { status, body, out } = await answerOf(uploader, place.url, TOKEN, file);
  if (status !== '200' || typeof body.url !== 'string') return `${status} ${out.slice(0, 80)}`;
  const answer = await fetch(place.url + new URL(body.url).pathname);
  const same = hash(new Uint8Array(await answer.arrayBuffer())) === hash(await readFile(file));
  if (!same) return 'other bytes';
  const disposition = answer.headers.get('content-disposition') ?? '';
  const name = decodeURIComponent(/filename\*=UTF-8''(.*)$/.exec(disposition)?.[1] ?? '');
  if (name !== NAME) return `name: ${disposition}`;
  return answer.headers.get('content-type') === 'image/jpeg'
    ? 'ok'
    : `type: ${answer.headers.get('content-type')}`;
}

/** Sends a large file with a wrong token. Answers `ok` where the client shows why it was refused. */
async function refused(uploader: Uploader, place: Place, file: string): Promise<string> {
  const { status, body, out } = await answerOf(uploader, place.url, 'wrong', file);
  if (status === '401' && body.error === 'unauthorised') return 'ok';
  return `${status} ${out.trim().slice(0, 80)}`.trim();
}

/** Downloads a file in two halves. Answers `ok`, or what went wrong. */
async function downloads(
  command: 'curl' | 'wget',
  url: string,
  bytes: Uint8Array,
  folder: string,
): Promise<string> {
  const own = await mkdtemp(join(folder, 'download-'));
  const [whole, rest] =
    command === 'curl'
      ? [
          ['-s', '-S', '-O', '-J', url],
          ['-s', '-S', '-C', '-', '-o', 'half', url],
        ]
      : [
          ['-q', '--content-disposition', url],
          ['-q', '-c', '-O', 'half', url],
        ];
  await run(command, whole, own);
  const [name = ''] = await readdir(own);
  if (name === '' || hash(await readFile(join(own, name))) !== hash(bytes))
    return `whole: ${name || 'no file'}`;
  await writeFile(join(own, 'half'), bytes);
  await truncate(join(own, 'half'), Math.floor(bytes.length / 2));
  await run(command, rest, own);
  return hash(await readFile(join(own, 'half'))) === hash(bytes) ? 'ok' : 'half: other bytes';
}

async function main(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'clients-'));
  await mkdir(join(folder, 'small'));
  await mkdir(join(folder, 'large'));
  const small = join(folder, 'small', NAME);
  const large = join(folder, 'large', NAME);
  const bytes = randomBytes(300_000);
  await writeFile(small, bytes);
  await writeFile(large, randomBytes(64 * MIB));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const store = diskStore({
    folder: join(folder, 'store'),
    secrets: [newDiskSecret()],
    storeUrl: `${baseUrl}/disk`,
    publicUrl: `${baseUrl}/files`,
  });
  await store.start();
  const server = nodeFileServer({
    baseUrl,
    signer: store.signer,
    authorise: staticToken({ token: TOKEN, downloadPolicy: 'link' }),
    ticketKeys: [{ id: 'a', secret: 'the secret of the tickets of clients' }],
    downloads: 'stream',
    log: 'silent',
    mounts: [{ path: '/disk', handle: store.handle }],
  });
  const listening = await server.listen({ port });
  const places: Place[] = [{ name: 'directly', url: baseUrl, version: '', stop: async () => undefined }];
  const proxies = [
    await startProxy(
      'nginx',
      nginx,
      (file, own) => ['-p', own, '-c', file, '-e', join(own, 'errors')],
      ['nginx', '-v'],
      port,
    ),
    await startProxy('haproxy', haproxy, (file) => ['-f', file], ['haproxy', '-v'], port),
  ];
  places.push(...proxies.filter((one) => one !== null));
  const go = await goUploader(folder);
  let failures = 0;
  const cell = (result: string): string => {
    if (result !== 'ok') failures += 1;
    return result;
  };
  const rows: string[][] = [];
  try {
    for (const uploader of [...UPLOADERS, ...(go === null ? [] : [go])]) {
      const version = await versionOf(uploader.version);
      if (version === null) continue;
      const cells: string[] = [uploader.name, version];
      for (const place of places) {
        const results = [
          await uploads(uploader, place, small),
          await uploads(uploader, place, large),
          await refused(uploader, place, large),
        ].map(cell);
        cells.push(results.every((one) => one === 'ok') ? 'ok' : results.join('; '));
      }
      rows.push(cells);
      console.error(cells.join(' | '));
    }
    const kept = await answerOf(curl('curl'), baseUrl, TOKEN, small);
    for (const command of ['curl', 'wget'] as const) {
      const version = await versionOf([command, '--version']);
      if (version === null || typeof kept.body.url !== 'string') continue;
      const { pathname } = new URL(kept.body.url);
      const cells = [`${command}, downloading`, version];
      for (const place of places)
        cells.push(cell(await downloads(command, place.url + pathname, bytes, folder)));
      rows.push(cells);
    }
    const h2 = await run('curl', [
      '-s',
      '--http2-prior-knowledge',
      '-w',
      '\n%{http_code}',
      `${baseUrl}/healthz`,
    ]);
    if (h2 !== null) {
      rows.push([
        'curl, HTTP/2 without TLS',
        '',
        cell(/"http-version"[\s\S]*\n505$/.test(h2.out) ? 'ok' : h2.out.slice(0, 80) || `${h2.code}`),
        ...places.slice(1).map(() => ''),
      ]);
    }
    const titles = ['client', 'version', ...places.map(({ name, version }) => `${name} ${version}`.trim())];
    const table = [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
    console.log(table.join('\n'));
  } finally {
    for (const { stop } of places) await stop();
    await listening.close();
    await rm(folder, { recursive: true, force: true });
  }
  return failures === 0 ? 0 : 1;
}

process.exitCode = await main();
