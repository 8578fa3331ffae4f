import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ERROR_CODES } from '@mesibo-files/handler-core';
import {
  type FaultProxy,
  type LocalCloud,
  startFaultProxy,
  startLocalCloud,
} from '@mesibo-files/local-cloud';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HINTS } from '../src/output/report.ts';
import { timeLeft } from '../src/output/text.ts';
import { type CliOptions, MAIN, runCli, startCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-streams-test-'));
let cloud: LocalCloud;
let proxy: FaultProxy;
let options: CliOptions;
let store: string[];

beforeAll(async () => {
  cloud = await startLocalCloud();
  proxy = await startFaultProxy({ target: cloud.s3.endpoint });
  const { accessKeyId, secretAccessKey, bucket } = cloud.s3;
  options = { folder, env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } };
  store = ['--provider', 's3', '--bucket', bucket, '--endpoint', proxy.endpoint];
});
beforeEach(() => proxy.faults.clear());
afterAll(async () => {
  await proxy.stop();
  await cloud.stop();
  rmSync(folder, { recursive: true });
});

/** Runs a line of a shell in which `$CLI` is the command, with these bytes as its input. */
function shell(
  line: string,
  input = Buffer.alloc(0),
): Promise<{ code: number | null; stdout: Buffer; stderr: string }> {
  const child = spawn('bash', ['-c', line], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      CLI: `${process.execPath} ${MAIN}`,
      STORE: store.join(' '),
      ...options.env,
    },
  });
  const out: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, stdout: Buffer.concat(out), stderr }));
  });
}

describe('standard input and output', () => {
  it('go up with `put -` and come down with `get URL -`, and nothing else is in the output', async () => {
    const bytes = randomBytes(9 * 1024 * 1024 + 3);
    const put = await shell('$CLI put - --name a.bin --json $STORE', bytes);
    const { url, size, name } = JSON.parse(put.stdout.toString());
    expect([put.code, size, name]).toEqual([0, bytes.length, 'a.bin']);
    const get = await shell(`$CLI get ${url} - $STORE`);
    expect([get.code, Buffer.compare(get.stdout, bytes)]).toEqual([0, 0]);
  });

  it('and a pipe of the shell', async () => {
    const { code, stdout, stderr } = await shell('$CLI put <(printf "from a pipe") $STORE');
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
    expect((await shell(`$CLI get ${stdout.toString().trim()} - $STORE`)).stdout.toString()).toBe(
      'from a pipe',
    );
  });

  it('do not take both the file and its JSON', async () => {
    const get = await runCli(
      ['get', `${proxy.endpoint}/local-cloud/mesibo/a`, '-', '--json', ...store],
      options,
    );
    expect([get.code, JSON.parse(get.stdout).error.code]).toEqual([2, 'invalid-argument']);
  });
});

it('get does not replace a file, unless it is forced to', async () => {
  const { url } = JSON.parse((await shell('$CLI put - --json $STORE', Buffer.from('new'))).stdout.toString());
  const there = join(folder, 'mine.txt');
  writeFileSync(there, 'mine');
  const refused = await runCli(['get', url, 'mine.txt', ...store], options);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') });
  expect(readFileSync(there, 'utf8')).toBe('mine');
  expect((await runCli(['get', url, 'mine.txt', '--force', ...store], options)).code).toBe(0);
  expect(readFileSync(there, 'utf8')).toBe('new');
});

it('rm says whether anything was there', async () => {
  const { url } = JSON.parse((await shell('$CLI put - --json $STORE', Buffer.from('x'))).stdout.toString());
  const removed = async () =>
    JSON.parse((await runCli(['rm', url, '--json', ...store], options)).stdout).removed;
  expect([await removed(), await removed()]).toEqual([true, false]);
  expect((await runCli(['rm', url, ...store], options)).stdout).toBe(`nothing was there: ${url}\n`);
});

describe('--json', () => {
  it.each([
    [['put', 'a', '--buckit', 'b'], '--buckit'],
    [['put'], 'file'],
    [['--verbose'], '--verbose'],
  ])('answers JSON to a wrong command line: %s', async (args, said) => {
    const { code, stdout, stderr } = await runCli([...args, '--json'], { folder });
    expect([code, stderr]).toEqual([2, '']);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining(said),
    });
  });

  it('answers JSON to SIGTERM', async () => {
    proxy.faults.add({ match: { method: 'PUT' }, times: Number.POSITIVE_INFINITY, action: { kind: 'hang' } });
    writeFileSync(join(folder, 'hangs.txt'), 'x');
    const before = proxy.count({ method: 'PUT' });
    const put = startCli(['put', 'hangs.txt', '--json', ...store], options);
    while (proxy.count({ method: 'PUT' }) === before) await new Promise((resolve) => setTimeout(resolve, 20));
    put.child.kill('SIGTERM');
    const { code, stdout, stderr } = await put.finished;
    expect([code, stderr]).toEqual([143, '']);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'stopped', retryable: true });
  });
});

describe('settings', () => {
  it('an empty variable is an unset one', async () => {
    const env = {
      ...options.env,
      MESIBO_FILES_PREFIX: '',
      MESIBO_FILES_TOKEN: '',
      MESIBO_FILES_CHECKSUM: '',
    };
    writeFileSync(join(folder, 'empty.txt'), 'x');
    expect(await runCli(['put', 'empty.txt', ...store], { folder, env })).toMatchObject({ code: 0 });
  });

  it('come from one file for every command; a flag goes before', async () => {
    const { bucket } = cloud.s3;
    const settings = { provider: 's3', bucket: 'none', endpoint: proxy.endpoint, maxSize: '1GiB' };
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
    writeFileSync(join(folder, 'set.txt'), 'x');
    const config = ['--config', 'settings.json', '--bucket', bucket];
    const put = await runCli(['put', 'set.txt', '--json', ...config], options);
    expect(put).toMatchObject({ code: 0, stderr: '' });
    const { url } = JSON.parse(put.stdout);
    expect((await runCli(['get', url, 'set.back', ...config], options)).code).toBe(0);
    expect((await runCli(['rm', url, ...config], options)).stdout).toBe(`removed ${url}\n`);
    expect((await runCli(['sweep', '--json', ...config], options)).code).toBe(0);
    writeFileSync(join(folder, 'wrong.json'), '{ "buckit": "a" }');
    const wrong = await runCli(['rm', url, '--config', 'wrong.json', ...store], options);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('buckit') });
  });

  it('a home that can not be written is named, with the way out', async () => {
    writeFileSync(join(folder, 'home.txt'), 'x'.repeat(9 * 1024 * 1024));
    const home = join(folder, 'home.txt', 'below');
    const env = { ...options.env, HOME: home, XDG_DATA_HOME: home };
    const put = await runCli(['put', 'home.txt', ...store], { folder, env });
    expect(put.code).toBe(0);
    expect(put.stderr).toContain(home);
    expect(put.stderr).toContain('--journal');
  });
});

it('no hint names an option that this command line does not have', async () => {
  const helps = await Promise.all(
    ['put', 'get', 'rm', 'doctor', 'sweep', 'serve'].map((command) =>
      runCli([command, '--help'], { folder }),
    ),
  );
  const help = helps.map(({ stdout }) => stdout).join('\n');
  const hints = Object.entries(ERROR_CODES).map(
    ([code, { hint }]) => HINTS[code as keyof typeof HINTS] ?? hint,
  );
  for (const hint of hints) {
    for (const [flag] of hint.matchAll(/--[a-z-]+/g)) expect(help).toContain(flag);
    // A name in backticks is an option of the library.
    expect(hint).not.toMatch(/`\w+`|time to live|concurrency/);
  }
});

it.each([
  [0.2, '1s'],
  [59, '59s'],
  [185, '3m05s'],
  [7800, '2h10m'],
  [1e9, ''],
])('the time left of %d seconds is %s', (seconds, text) => {
  expect(timeLeft(seconds)).toBe(text);
});
