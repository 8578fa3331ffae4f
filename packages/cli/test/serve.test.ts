import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../src/serve/addresses.ts';
import { type Finished, type RunningCli, runCli, startCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-serve-test-'));
const running: RunningCli[] = [];
let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud();
});
afterEach(async () => {
  for (const each of running.splice(0)) await stop(each);
});
afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true });
});

interface Ready {
  readonly url: string;
  readonly uploadUrl: string;
  readonly tokenFile: string | null;
  /** The first that stands in that file. */
  readonly token: string | null;
}

async function serve(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  descriptors?: number,
): Promise<{ cli: RunningCli; ready: Ready }> {
  const limited = descriptors === undefined ? {} : { descriptors };
  const cli = startCli(['serve', '--json', ...args], { folder, env, ...limited });
  running.push(cli);
  await cli.prints('\n');
  await cli.prints('"uploadUrl"');
  const line = cli.output.stdout.split('\n').find((each) => each.includes('"uploadUrl"'));
  const told = JSON.parse(line ?? '') as Omit<Ready, 'token'>;
  const token = told.tokenFile === null ? null : tokensIn(told.tokenFile)[0];
  return { cli, ready: { ...told, token: token ?? null } };
}

function tokensIn(file: string): readonly string[] {
  return JSON.parse(readFileSync(file, 'utf8')).tokens;
}

async function stop(cli: RunningCli): Promise<Finished> {
  cli.child.kill('SIGTERM');
  return cli.finished;
}

async function uploadForm(
  url: string,
  token: string,
  text: string,
  fields: Record<string, string> = {},
): Promise<Response> {
  const form = new FormData();
  const all = { op: 'upload', auth: token, uid: '7', mid: '12', source: '0', ...fields };
  for (const [name, value] of Object.entries(all)) form.append(name, value);
  form.append('photo', new Blob([text], { type: 'text/plain' }), 'a.txt');
  return fetch(url, { method: 'POST', body: form });
}

describe('serve with no configuration', () => {
  it('takes uploads, serves them by their links, and keeps secret and token over a restart', async () => {
    const dir = join(folder, 'plain');
    const port = String(await freePort('127.0.0.1'));
    const first = await serve(['--dir', dir, '--port', port]);
    const { uploadUrl, token } = first.ready;
    expect(token).toMatch(/^\S{32}$/);
    const answer = await uploadForm(uploadUrl, token ?? '', 'hello');
    const { result, url } = (await answer.json()) as { result: boolean; url: string };
    expect(result).toBe(true);
    expect(await (await fetch(url)).text()).toBe('hello');
    expect((await uploadForm(uploadUrl, 'not-the-token-of-this-server', 'no')).status).toBe(401);
    expect(statSync(join(dir, 'server.json')).mode & 0o777).toBe(0o600);

    expect(await stop(first.cli)).toMatchObject({ code: 0 });
    const second = await serve(['--dir', dir, '--port', port]);
    expect(second.ready.token).toBe(token);
    expect(await (await fetch(url)).text()).toBe('hello');
  });

  it('prints a line for setUploadUrl, and into a log only where the token is', async () => {
    const dir = join(folder, 'printed');
    const cli = startCli(['serve', '--port', '0', '--dir', dir], { folder });
    running.push(cli);
    await cli.prints('Stop with Ctrl-C.');
    const url = /setUploadUrl\("(http:\/\/127\.0\.0\.1:\d+\/upload)", YOUR_TOKEN\)/.exec(
      cli.output.stdout,
    )?.[1];
    const [token = ''] = tokensIn(join(dir, 'server.json'));
    expect((await uploadForm(url ?? '', token, 'x')).status).toBe(200);
    cli.child.kill('SIGINT');
    const { code, stdout, stderr } = await cli.finished;
    expect(code).toBe(0);
    expect(stdout).toContain(join(dir, 'server.json'));
    expect(stdout + stderr).not.toContain(token);
  });

  it('makes new secrets and a new token, and goes on with those in use', async () => {
    const dir = join(folder, 'rotated');
    const port = String(await freePort('127.0.0.1'));
    const first = await serve(['--dir', dir, '--port', port]);
    const old = first.ready.token ?? '';
    await stop(first.cli);
    const second = await serve(['--dir', dir, '--port', port, '--rotate']);
    expect(tokensIn(join(dir, 'server.json'))).toEqual([second.ready.token, old]);
    expect(second.ready.token).not.toBe(old);
    for (const token of [old, second.ready.token ?? '']) {
      expect((await uploadForm(second.ready.uploadUrl, token, 'x')).status).toBe(200);
    }
    await stop(second.cli);
    const third = await serve(['--dir', dir, '--port', port, '--rotate']);
    expect((await uploadForm(third.ready.uploadUrl, old, 'x')).status).toBe(401);
  });

  it('lets nobody remove files, unless it is told to', async () => {
    const { ready } = await serve(['--port', '0', '--dir', join(folder, 'kept')]);
    const env = { MESIBO_FILES_SERVER: ready.url, MESIBO_FILES_TOKEN: ready.token ?? '' };
    const answer = await uploadForm(ready.uploadUrl, ready.token ?? '', 'kept');
    const { url } = (await answer.json()) as { url: string };
    expect((await runCli(['rm', url], { folder, env })).code).not.toBe(0);
    expect(await (await fetch(url)).text()).toBe('kept');
    const doctor = await runCli(['doctor', '--json'], { folder, env });
    expect(JSON.parse(doctor.stdout)).toMatchObject({ ok: true });
  });

  it('counts what each one stores and asks', async () => {
    const limits = ['--quota-bytes', '1KiB', '--requests-per-minute', '3'];
    const { ready } = await serve(['--port', '0', '--dir', join(folder, 'counted'), ...limits]);
    const send = async (size: number): Promise<number> =>
      (await uploadForm(ready.uploadUrl, ready.token ?? '', 'x'.repeat(size))).status;
    expect([await send(1000), await send(1000), await send(10), await send(1)]).toEqual([200, 507, 200, 429]);
  });

  it('says at its start which doors are open, and what to do', async () => {
    const args = ['--port', '0', '--dir', join(folder, 'open'), '--host', '0.0.0.0', '--metrics'];
    const { cli } = await serve([...args, '--jwks', 'http://keys.example/jwks.json']);
    const { stderr } = cli.output;
    for (const told of ['--audience', 'https URL', '--base-url', 'MESIBO_FILES_METRICS_TOKEN']) {
      expect(stderr).toContain(told);
    }
    const quiet = await serve(['--port', '0', '--dir', join(folder, 'closed')]);
    expect(quiet.cli.output.stderr).toBe('');
  });

  it('serves put, get, rm and doctor', async () => {
    const { ready } = await serve(['--port', '0', '--dir', join(folder, 'remote'), '--remove', 'token']);
    const env = { MESIBO_FILES_SERVER: ready.url, MESIBO_FILES_TOKEN: ready.token ?? '' };
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    const put = await runCli(['put', 'mine.txt', '--secure'], { folder, env });
    const url = put.stdout.trim();
    expect(url.startsWith(`${ready.url}/files/`)).toBe(true);
    expect((await fetch(url)).status).toBe(401);
    expect((await runCli(['get', url, 'theirs.txt'], { folder, env })).code).toBe(0);
    expect(readFileSync(join(folder, 'theirs.txt'), 'utf8')).toBe('mine');
    const doctor = await runCli(['doctor', '--json'], { folder, env });
    expect(JSON.parse(doctor.stdout)).toMatchObject({ ok: true });
    expect((await runCli(['rm', url], { folder, env })).code).toBe(0);
    expect((await runCli(['get', url, 'gone.txt'], { folder, env })).code).toBe(1);
  });

  it('tells no token that was given to it, and logs none', async () => {
    const token = 'a-token-of-the-owners-own-0123456789';
    const { cli, ready } = await serve(['--port', '0', '--dir', join(folder, 'given')], {
      MESIBO_FILES_TOKEN: token,
    });
    expect(ready.token).toBeNull();
    expect((await uploadForm(ready.uploadUrl, token, 'x')).status).toBe(200);
    const { stdout, stderr } = await stop(cli);
    expect(stdout).toContain('"route":"upload"');
    expect(stdout + stderr).not.toContain(token);
  });
});

describe('serve in front of a cloud', () => {
  it('serves new files from it, and old links from the disk that it had before', async () => {
    const port = String(await freePort('127.0.0.1'));
    const dir = join(folder, 'before');
    const before = await serve(['--dir', dir, '--port', port]);
    const token = before.ready.token ?? '';
    const old = (await (await uploadForm(before.ready.uploadUrl, token, 'old')).json()) as { url: string };
    await stop(before.cli);

    const { endpoint, bucket, accessKeyId, secretAccessKey } = cloud.s3;
    writeFileSync(
      join(folder, 'serve.json'),
      JSON.stringify({
        provider: 's3',
        bucket,
        endpoint,
        port: Number(port),
        alsoRead: [{ provider: 'disk', dir }],
      }),
    );
    const env = {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      MESIBO_FILES_TOKEN: token,
    };
    await serve(['--config', 'serve.json', '--dir', join(folder, 'secrets')], env);
    const young = (await (await uploadForm(before.ready.uploadUrl, token, 'young')).json()) as {
      url: string;
    };
    expect(await (await fetch(young.url)).text()).toBe('young');
    expect(await (await fetch(old.url)).text()).toBe('old');
  });
});

describe('serve refuses a configuration that is wrong', () => {
  const refused = async (args: string[], env: NodeJS.ProcessEnv = {}): Promise<string[]> => {
    const { code, stdout } = await runCli(['serve', '--json', ...args], { folder, env });
    expect(code).toBe(2);
    return JSON.parse(stdout).error.mistakes.map(({ flag }: { flag: string }) => flag);
  };

  it('all of it at once: flags, file, environment, and what the signer says', async () => {
    writeFileSync(
      join(folder, 'bad.json'),
      JSON.stringify({ prot: 1, alsoRead: [{ provider: 's3' }], jwtSecret: 'x' }),
    );
    const flags = await refused(
      [
        '--config',
        'bad.json',
        '--provider',
        'azure',
        '--bucket',
        'UPPER',
        '--port',
        '99999',
        '--origin',
        'x',
        '--token',
        'short',
        '--jwks',
        'https://a.example',
      ],
      { MESIBO_FILES_SECRET: 'short', MESIBO_FILES_METRICS_TOKEN: 'x', AZURE_STORAGE_KEY: 'x' },
    );
    expect(flags.sort()).toEqual(
      [
        '--config',
        '--config',
        '--jwks',
        '--origin',
        '--port',
        '--provider azure',
        '--token',
        'MESIBO_FILES_METRICS_TOKEN',
        'MESIBO_FILES_SECRET',
        'alsoRead[0] --bucket',
      ].sort(),
    );
  });

  it('a port that is taken', async () => {
    const { ready } = await serve(['--port', '0', '--dir', join(folder, 'taken')]);
    const args = ['serve', '--port', new URL(ready.url).port, '--dir', join(folder, 'taken')];
    expect(await runCli(args, { folder })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('can not listen on port'),
    });
  });

  it('a server as the store of a server', async () => {
    expect(await refused(['--provider', 'remote'])).toEqual(['--provider']);
  });
});

describe('serve that is stopped', () => {
  /** Begins an upload, and sends no more than its first bytes. */
  async function half(url: string): Promise<ReturnType<typeof request>> {
    const headers = { 'content-type': 'multipart/form-data; boundary=b', 'content-length': 1_000 };
    const sent = request(url, { method: 'POST', headers, agent: false });
    sent.on('error', () => undefined);
    sent.write('--b\r\n');
    await new Promise<void>((resolve) => sent.once('socket', (socket) => socket.once('connect', resolve)));
    return sent;
  }

  it('says by its exit code that it had to cut off what ran longer than it may', async () => {
    const { cli, ready } = await serve(['--port', '0', '--dir', join(folder, 'cut'), '--grace', '300ms']);
    await half(ready.uploadUrl);
    // The server has it, as soon as it answers what came after it.
    expect((await fetch(`${ready.url}/healthz`)).status).toBe(200);
    const { code, stderr } = await stop(cli);
    expect(code).toBe(4);
    expect(stderr).toContain('1 requests ran longer than --grace');
  });

  it('lets load balancers see that it is not ready, and still serves them', async () => {
    const args = ['--port', '0', '--dir', join(folder, 'drained'), '--drain-delay', '60s'];
    const { cli, ready } = await serve(args);
    expect((await fetch(`${ready.url}/readyz`)).status).toBe(200);
    cli.child.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${ready.url}/readyz`)).status).toBe(503);
    const answer = await uploadForm(ready.uploadUrl, ready.token ?? '', 'late');
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    // A second one waits for nothing.
    cli.child.kill('SIGTERM');
    expect((await cli.finished).code).toBe(143);
  });
});

it('serve needs no way to its own public address', async () => {
  const port = String(await freePort('127.0.0.1'));
  const local = `http://127.0.0.1:${port}`;
  const { ready } = await serve([
    ...['--port', port, '--dir', join(folder, 'nowhere')],
    ...['--base-url', 'http://files.nowhere.invalid'],
  ]);
  expect((await fetch(`${local}/readyz`)).status).toBe(200);
  const { url } = (await (await uploadForm(`${local}/upload`, ready.token ?? '', 'hello')).json()) as {
    url: string;
  };
  expect(url).toMatch(/^http:\/\/files\.nowhere\.invalid\/files\//);
  expect(await (await fetch(url.replace('http://files.nowhere.invalid', local))).text()).toBe('hello');
});

it('serve with few descriptors says so, and answers every one of more clients than it has room for', async () => {
  const dir = join(folder, 'few');
  const { ready, cli } = await serve(['--port', '0', '--dir', dir], {}, 300);
  expect(cli.output.stderr).toContain('300 files and connections');
  const clients = Array.from({ length: 250 }, async (): Promise<number> => {
    for (;;) {
      const answer = await uploadForm(ready.uploadUrl, ready.token ?? '', 'x').catch(() => null);
      // Closed before it was answered: there was no room for that. It comes again.
      if (answer === null) continue;
      await answer.text();
      if (answer.status === 200) return 200;
      expect([429, 503]).toContain(answer.status);
      expect(answer.headers.get('retry-after')).not.toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  expect(new Set(await Promise.all(clients))).toEqual(new Set([200]));
  expect((await stop(cli)).code).toBe(0);
});
