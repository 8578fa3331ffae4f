import { spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../packages/cli/src/serve/addresses.ts';
import { type RunningCli, startCli } from '../packages/cli/test/run-cli.ts';
import { bundleProgram } from '../packages/conformance/src/kills/bundle-program.ts';
import { staticToken } from '../packages/file-server/src/index.ts';
import { type Listening, nodeFileServer } from '../packages/file-server/src/node/index.ts';
import { createRuntime, upload } from '../packages/handler-core/src/index.ts';
import { s3Signer } from '../packages/handler-s3/src/index.ts';
import { type LocalCloud, startLocalCloud } from '../packages/local-cloud/src/index.ts';
import { blocksOf } from './readme/blocks.mjs';
import { inRoot } from './run/root.mjs';

/*
 * The ten lines of each row of README.md's first table, taken from it and run: only addresses are other ones.
 */

const SITE = 'https://files.example.com';
const TOKEN = 'a token of the README'.replaceAll(' ', '-');
/** Stands before what a program reports: servers log, too. */
const MARK = 'REPORTED';
const SECRET = '0123456789abcdef0123456789abcdef';

const folder = mkdtempSync(join(tmpdir(), 'readme-'));
let cloud: LocalCloud;
let server: Listening;
let site: string;
const running: RunningCli[] = [];

const lines = (name: string): string => {
  const found = blocksOf('README.md').find((block) => block.name === name);
  if (found === undefined) throw new Error(`README.md has no lines of ${name}`);
  return found.text;
};

beforeAll(async () => {
  cloud = await startLocalCloud({ s3: { region: 'eu-central-1', buckets: [{ name: 'my-chat-files' }] } });
  const port = await freePort('127.0.0.1');
  site = `http://127.0.0.1:${port}`;
  const { endpoint, accessKeyId, secretAccessKey, region, bucket } = cloud.s3;
  const behind = nodeFileServer({
    baseUrl: site,
    signer: (publicUrl) =>
      s3Signer({ endpoint, region, bucket, credentials: { accessKeyId, secretAccessKey }, publicUrl }),
    authorise: staticToken({ token: TOKEN, downloadPolicy: 'link' }),
    ticketKeys: [{ id: '1', secret: SECRET }],
    log: 'silent',
  });
  server = await behind.listen({ port });
  // Where an app of a user's own is: its packages are there by their names.
  const scope = join(folder, 'node_modules', '@mesibo-files');
  mkdirSync(scope, { recursive: true });
  for (const name of readdirSync(inRoot('packages')))
    symlinkSync(inRoot('packages', name), join(scope, name), 'dir');
  mkdirSync(join(folder, 'node_modules', 'electron'));
  writeFileSync(
    join(folder, 'node_modules', 'electron', 'index.js'),
    'export const { ipcMain } = globalThis.electron;',
  );
  writeFileSync(
    join(folder, 'node_modules', 'electron', 'package.json'),
    '{ "type": "module", "main": "index.js" }',
  );
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});

afterAll(async () => {
  for (const { child, finished } of running) {
    child.kill();
    await finished;
  }
  await server.close();
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the README's lines between what an app has before them and what it looks at after them. */
async function run(name: string, before: string, after: string, port = 0): Promise<unknown> {
  const app = join(folder, name);
  mkdirSync(app);
  const text = lines(name)
    .replaceAll(SITE, port === 0 ? site : `http://127.0.0.1:${port}`)
    .replace('port: 8080', `port: ${port}`);
  writeFileSync(join(app, 'before.ts'), before);
  writeFileSync(
    join(app, 'main.ts'),
    `import './before.ts';\n${text}\nconst report = (value) => console.log('${MARK} ' + JSON.stringify(value));\n${after}\nprocess.exit(0);\n`,
  );
  const main = await bundleProgram(pathToFileURL(join(app, 'main.ts')), app);
  const { endpoint, accessKeyId, secretAccessKey } = cloud.s3;
  const child = spawn(process.execPath, [main], {
    cwd: app,
    env: {
      PATH: process.env.PATH,
      HOME: app,
      MESIBO_FILES_STATE: join(app, 'state'),
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      TOKEN_SECRET: SECRET,
      TICKET_SECRET: SECRET,
      TOKEN,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const each of ['stdout', 'stderr'] as const) {
    child[each].setEncoding('utf8').on('data', (chunk: string) => {
      output[each] += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`exit code ${code}: ${output.stderr}`);
  const [, reported = ''] = output.stdout.split(`${MARK} `);
  return JSON.parse(reported.split('\n', 1)[0] ?? '');
}

const MESIBO = `
  const listeners = [];
  const sent = [];
  globalThis.listeners = listeners;
  globalThis.sent = sent;
  globalThis.session = { token: process.env.TOKEN };
  globalThis.mesibo = {
    addListener: (listener) => listeners.push(listener),
    getProfile: (address) => ({
      newMessage: () => {
        const message = { address, setContent(url) { message.content = url; }, send() { sent.push(message); } };
        return message;
      },
    }),
  };
`;

describe('the ten lines of the README', () => {
  it('has them for every row of its first table', () => {
    const table = readFileSync(inRoot('README.md'), 'utf8').split('## Start here')[1]?.split('\n\n')[1] ?? '';
    const rows = table.split('\n').slice(2);
    const headings = [...readFileSync(inRoot('README.md'), 'utf8').matchAll(/^### (.+)$/gm)].map(
      ([, heading]) =>
        String(heading)
          .toLowerCase()
          .replaceAll(/[^a-z ]/g, '')
          .replaceAll(' ', '-'),
    );
    expect(rows.map((row) => /\]\(#([\w-]+)\)/.exec(row)?.[1])).toEqual(headings);
    const named = blocksOf('README.md').flatMap(({ name }) => name ?? []);
    expect(named).toEqual(['web-app', 'bot', 'backend', 'upload-url', 'upload-form', 'electron']);
  });

  it('web app: a file of the page goes up, and a received one comes down', async () => {
    const runtime = createRuntime({ journal: false });
    const { endpoint, accessKeyId, secretAccessKey, region, bucket } = cloud.s3;
    const signer = s3Signer({
      endpoint,
      region,
      bucket,
      credentials: { accessKeyId, secretAccessKey },
      publicUrl: `${site}/files`,
    });
    const { url } = await upload({ signer, runtime, from: Buffer.from('from Bob'), name: 'bob.txt' });
    const seen = await run(
      'web-app',
      `${MESIBO}
      globalThis.input = { files: [new File(['from Alice'], 'photo.jpg', { type: 'image/jpeg' })] };
      globalThis.shown = new Promise((resolve) => {
        globalThis.show = (_progress, file) => file !== null && resolve(file.text());
      });`,
      `const told = { file: { url: '${url}', name: 'bob.txt' }, mid: 7, isRealtimeMessage: () => true };
      for (const listener of listeners) listener.Mesibo_onMessage(told);
      const text = await (await fetch(sent[0].content)).text();
      report(({ text, to: sent[0].address, message: sent[0].message, shown: await shown }));`,
    );
    expect(seen).toEqual({ text: 'from Alice', to: 'bob', message: 'Look', shown: 'from Bob' });
  });

  it('bot: a file goes up, its URL into a message, and down again', async () => {
    const seen = await run(
      'bot',
      `${MESIBO}
      import { writeFileSync } from 'node:fs';
      writeFileSync('report.pdf', 'a report');`,
      `const { readFileSync } = await import('node:fs');
      report(({ copy: readFileSync('copy.pdf', 'utf8'), message: sent[0].message === 'The report: ' + url }));`,
    );
    expect(seen).toEqual({ copy: 'a report', message: true });
  });

  it('backend: a user with a token uploads, mesibo downloads without one, and a stranger uploads nothing', async () => {
    const port = await freePort('127.0.0.1');
    const seen = await run(
      'backend',
      '',
      `const { remoteSigner, upload } = await import('@mesibo-files/handler-remote');
      const baseUrl = 'http://127.0.0.1:${port}';
      const signer = remoteSigner({ baseUrl, token: () => token });
      const put = (by, secure) => upload({ signer: by, from: Buffer.from('hello'), secure });
      const { url } = await put(signer, false);
      const hidden = await put(signer, true);
      const stranger = remoteSigner({ baseUrl, token: () => 'nobody' });
      const refused = await put(stranger, false).catch((error) => error.code);
      const statuses = [(await fetch(url)).status, (await fetch(hidden.url)).status];
      report(({ leads: url.startsWith(baseUrl + '/files/'), refused, statuses }));`,
      port,
    );
    expect(seen).toEqual({ leads: true, refused: 'unauthorised', statuses: [200, 401] });
  });

  it('Android, iOS, Flutter, C++ and Python: the server prints the upload URL, and takes the form', async () => {
    const port = await freePort('127.0.0.1');
    const [program, ...args] = lines('upload-url')
      .replace('8080', String(port))
      .replace('0.0.0.0', '127.0.0.1')
      .split(' ');
    expect(program).toBe('mesibo-files');
    const own = mkdtempSync(join(folder, 'serve-'));
    const cli = startCli(args, { folder: own, env: { MESIBO_FILES_TOKEN: TOKEN } });
    running.push(cli);
    await cli.prints('Stop with Ctrl-C');
    const printed = `setUploadUrl("http://127.0.0.1:${port}/upload", `;
    expect(cli.output.stdout).toContain(printed);
    const java = blocksOf('README.md').find(({ language }) => language === 'java')?.text;
    expect(java).toBe(`Mesibo.${printed.replace(`http://127.0.0.1:${port}`, SITE)}token);`);

    const form = new FormData();
    const curl = lines('upload-form');
    for (const [, name = '', value = ''] of curl.matchAll(/-F (\w+)=(\S+)/g)) {
      if (value.startsWith('@')) form.set(name, new Blob(['a photo']), value.slice(1));
      else form.set(name, value === '"$TOKEN"' ? TOKEN : value);
    }
    const url = (/ (https:\S+)$/.exec(curl)?.[1] ?? '').replace(SITE, `http://127.0.0.1:${port}`);
    const answer = await fetch(url, { method: 'POST', body: form });
    const told = (await answer.json()) as { result: boolean; url: string };
    expect(told.result).toBe(true);
    expect(await (await fetch(told.url)).text()).toBe('a photo');
  });

  it('Electron: the main process sends and gets a file for the page', async () => {
    const seen = await run(
      'electron',
      `${MESIBO}
      import { writeFileSync } from 'node:fs';
      writeFileSync('photo.jpg', 'a photo');
      const handlers = new Map();
      globalThis.handlers = handlers;
      globalThis.electron = { ipcMain: { handle: (name, handler) => handlers.set(name, handler) } };`,
      `const { readFileSync } = await import('node:fs');
      const percents = [];
      const event = { sender: { send: (...told) => percents.push(told.at(-1)) } };
      const url = await handlers.get('send-file')(event, 'photo.jpg');
      await handlers.get('get-file')(event, url, 'copy.jpg');
      report(({ copy: readFileSync('copy.jpg', 'utf8'), percent: percents.at(-1) }));`,
    );
    expect(seen).toEqual({ copy: 'a photo', percent: 100 });
  });
});
