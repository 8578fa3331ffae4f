import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type FaultProxy,
  type LocalCloud,
  startFaultProxy,
  startLocalCloud,
} from '@mesibo-files/local-cloud';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliOptions, runCli, startCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-test-'));
const small = join(folder, 'Grüße aus Köln.txt');
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
  writeFileSync(small, 'hello');
});
beforeEach(() => proxy.faults.clear());
afterAll(async () => {
  await proxy.stop();
  await cloud.stop();
  rmSync(folder, { recursive: true });
});

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

describe('put, get and rm', () => {
  it('carry a file there and back, and remove it', async () => {
    const put = await runCli(
      ['put', small, ...store, '--uid', '7', '--mid', '18446744073709551615'],
      options,
    );
    expect(put).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('upload Grüße aus Köln.txt: 100%'),
    });
    const url = lastLine(put.stdout);
    expect(url).toMatch(new RegExp(`^${proxy.endpoint}/local-cloud/mesibo/100/`));

    const get = await runCli(['get', url, 'back.txt', ...store, '--json'], options);
    expect(JSON.parse(get.stdout)).toEqual({
      url,
      path: join(folder, 'back.txt'),
      size: 5,
      contentType: 'text/plain',
      name: 'Grüße aus Köln.txt',
    });
    expect(get).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(folder, 'back.txt'), 'utf8')).toBe('hello');

    expect(await runCli(['rm', url, ...store, '--json'], options)).toMatchObject({
      code: 0,
      stdout: `${JSON.stringify({ url, removed: true })}\n`,
    });
    const gone = await runCli(['get', url, 'again.txt', ...store], options);
    expect(gone).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/error object-not-found: .*\n hint: /),
    });
    expect(readdirSync(folder)).not.toContain('again.txt');
  });

  it('keep type, name, sender and protection', async () => {
    const flags = [
      '--name',
      'photo.jpg',
      '--type',
      'image/png',
      '--source',
      'profile',
      '--uid',
      '42',
      '--secure',
    ];
    const { stdout } = await runCli(['put', small, ...store, ...flags, '--json'], options);
    const put = JSON.parse(stdout);
    expect(put).toMatchObject({ size: 5, contentType: 'image/png', name: 'photo.jpg' });
    expect(put.key).toMatch(/^mesibo\/1\/.*\/photo\.jpg$/);
    const { s3Signer } = await import('@mesibo-files/handler-s3');
    const { accessKeyId, secretAccessKey, bucket, endpoint } = cloud.s3;
    const signer = s3Signer({ bucket, endpoint, credentials: { accessKeyId, secretAccessKey } });
    const { sender } = await signer.read(`${endpoint}/${bucket}/${put.key}`, {
      signal: new AbortController().signal,
    });
    expect(sender).toEqual({ uid: 42, mid: '0', source: 1, secure: true });
  });

  it('upload anew what was uploaded before, and say of a wrong file what is wrong', async () => {
    const large = join(folder, 'twice.bin');
    writeFileSync(large, randomBytes(9 * 1024 * 1024));
    const urls = [];
    for (let round = 0; round < 2; round++) {
      urls.push((await runCli(['put', large, ...store], options)).stdout);
    }
    expect(urls[0]).not.toBe(urls[1]);
    const missing = await runCli(['put', 'nothing.txt', ...store, '--json'], options);
    expect(missing.code).toBe(1);
    expect(JSON.parse(missing.stdout)).toMatchObject({
      error: { code: 'file-not-found', hint: expect.stringContaining('Check the path'), retryable: false },
    });
    const foreign = await runCli(['get', 'https://example.com/a', 'b', ...store], options);
    expect(foreign).toMatchObject({ code: 1, stderr: expect.stringContaining('error foreign-url') });
  });

  it('stop at Ctrl-C, and resume', async () => {
    const large = join(folder, 'large.bin');
    writeFileSync(large, randomBytes(40 * 1024 * 1024));
    const part = (number: string) => ({
      method: 'PUT',
      request: ({ query }: { query: URLSearchParams }) => query.get('partNumber') === number,
    });
    proxy.faults.add({ match: part('3'), times: Number.POSITIVE_INFINITY, action: { kind: 'hang' } });
    const parts = (): number =>
      proxy.requests.filter(({ status, queryNames }) => status === 200 && queryNames.includes('partNumber'))
        .length;
    const before = parts();
    const first = startCli(['put', large, ...store], options);
    while (proxy.count(part('3')) === 0 || parts() < before + 4)
      await new Promise((resolve) => setTimeout(resolve, 20));
    first.child.kill('SIGINT');
    const stopped = await first.finished;
    expect(stopped).toMatchObject({
      code: 130,
      stdout: '',
      stderr: expect.stringContaining('Run the same command'),
    });

    proxy.faults.clear();
    const sent = proxy.count({ method: 'PUT', query: 'partNumber' });
    const second = await runCli(['put', large, ...store], options);
    expect(second).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('resuming: 32.0 MiB are stored'),
    });
    expect(proxy.count({ method: 'PUT', query: 'partNumber' }) - sent).toBe(1);
    const get = await runCli(['get', lastLine(second.stdout), 'large.back', ...store], options);
    expect(get.code).toBe(0);
    expect(Buffer.compare(readFileSync(join(folder, 'large.back')), readFileSync(large))).toBe(0);
  });

  it('begin anew what was begun under another name', async () => {
    const large = join(folder, 'renamed.bin');
    writeFileSync(large, randomBytes(9 * 1024 * 1024));
    proxy.faults.add({ match: { method: 'PUT' }, times: Number.POSITIVE_INFINITY, action: { kind: 'hang' } });
    const first = startCli(['put', large, ...store], options);
    const puts = proxy.count({ method: 'PUT' });
    while (proxy.count({ method: 'PUT' }) < puts + 2) await new Promise((resolve) => setTimeout(resolve, 20));
    first.child.kill('SIGTERM');
    expect((await first.finished).code).toBe(143);
    proxy.faults.clear();
    const { stdout } = await runCli(['put', large, ...store, '--name', 'other.bin', '--json'], options);
    expect(JSON.parse(stdout).name).toBe('other.bin');
    const sweep = async (): Promise<number> => {
      const swept = await runCli(['sweep', ...store, '--older-than', '0s', '--json'], options);
      return JSON.parse(swept.stdout).discarded;
    };
    expect(await sweep()).toBeGreaterThan(0);
    expect(await sweep()).toBe(0);
  });
});

describe('a wrong command line', () => {
  it.each<[string, string[], string]>([
    ['no command', [], 'Usage: mesibo-files'],
    ['an unknown flag', ['put', 'a', '--buckit', 'b'], "unknown option '--buckit'"],
    ['no file', ['put'], "missing required argument 'file'"],
    ['no store', ['rm', 'https://a/b'], 'no store is named'],
  ])('has exit code 2: %s', async (_, args, text) => {
    expect(await runCli(args, { folder })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(text),
    });
  });

  it('is told whole, each mistake with its fix, and as JSON where that is wanted', async () => {
    const args = [
      'put',
      'a',
      '--provider',
      's3',
      '--endpoint',
      'x',
      '--uid',
      '-1',
      '--server',
      'https://a.example',
    ];
    const { code, stdout, stderr } = await runCli([...args, '--json'], { folder });
    expect([code, stderr]).toEqual([2, '']);
    const { error } = JSON.parse(stdout);
    expect(error.code).toBe('invalid-argument');
    expect(error.mistakes.map(({ flag }: { flag: string }) => flag).sort()).toEqual([
      '--bucket',
      '--endpoint',
      '--server',
      '--uid',
    ]);
    for (const { fix } of error.mistakes) expect(fix).not.toBe('');
  });

  it('has help and a version', async () => {
    const help = await runCli(['--help'], { folder });
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const word of ['serve', 'put', 'get', 'rm', 'doctor', 'sweep', 'Exit codes', 'AWS_ACCESS_KEY_ID'])
      expect(help.stdout).toContain(word);
    for (const line of help.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect((await runCli(['--version'], { folder })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
