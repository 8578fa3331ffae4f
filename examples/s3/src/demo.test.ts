import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectBothFiles, linesAfter, runAsProcess } from '@mesibo-files/demo-kit/testing';
import { startFaultProxy, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const main = new URL('./main.ts', import.meta.url);

let folder: string;
let temp: string;
let ends: (() => Promise<void>)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-test-'));
  temp = join(folder, 'temp');
  mkdirSync(temp);
  ends = [];
});
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  rmSync(folder, { recursive: true });
});

describe('the demo', () => {
  it('sends a picture and a large file, and proves that they arrived', async () => {
    const url = /^http:\/\/127\.0\.0\.1:\d+\/local-cloud\//;
    const stdout = await expectBothFiles({ main, url });
    expect(stdout).toContain('Alice uploads 20 MiB.bin: 50%');
    expect(stdout).toContain('Bob downloads picture.png: 100%');
    expect(stdout).toContain('2 of 2 files arrived as sent');
  });

  it('sends your files, and goes on after one that cannot be sent', async () => {
    const mine = join(folder, 'Mein Bild – 写真.txt');
    writeFileSync(mine, 'hello');
    const { code, stdout, stderr } = await runAsProcess({
      main,
      args: ['--file', join(folder, 'missing.txt'), '--file', mine],
      temp,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error file-not-found: .*missing\.txt.*\n hint: Check the path/m);
    expect(stdout).toContain('Mein Bild – 写真.txt');
    expect(linesAfter(stdout, 'SHA-256 of what arrived: the same')).toEqual([
      createHash('sha256').update('hello').digest('hex'),
    ]);
    expect(stdout).toContain('1 of 2 files arrived as sent');
  });

  it('fails, and says why, when bytes are damaged on their way to Bob', async () => {
    const { env, proxy } = await storeBehindProxy();
    proxy.faults.add({
      match: { method: 'GET' },
      times: Number.POSITIVE_INFINITY,
      action: { kind: 'corrupt-answer', offset: 3 },
    });
    const mine = join(folder, 'hello.txt');
    writeFileSync(mine, 'hello');
    const { code, stdout, stderr, left } = await runAsProcess({ main, args: ['--file', mine], env, temp });
    expect(code).toBe(1);
    expect(stderr).toContain('error digest-mismatch');
    expect(stdout).toContain('0 of 1 file arrived');
    expect(left).toEqual([]);
  });

  it('fails with a code when the credentials are wrong', async () => {
    const { env } = await storeBehindProxy();
    const mine = join(folder, 'hello.txt');
    writeFileSync(mine, 'hello');
    const wrong = { ...env, AWS_SECRET_ACCESS_KEY: 'wrong' };
    const { code, stderr } = await runAsProcess({ main, args: ['--file', mine], env: wrong, temp });
    expect(code).toBe(1);
    expect(stderr).toContain('error credentials-wrong');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('leaves nothing behind when %s interrupts it', async (signal) => {
    const { env, proxy } = await storeBehindProxy();
    proxy.faults.add({
      match: { method: 'PUT' },
      times: 1000,
      action: { kind: 'throttle', bytesPerSecond: 1e6 },
    });
    let killed = false;
    const { code, stderr, left } = await runAsProcess({
      main,
      args: ['--size', '64'],
      env,
      temp,
      onOutput: (stdout, kill) => {
        if (killed || !stdout.includes('MiB.bin: 0%')) return;
        killed = true;
        kill(signal);
      },
    });
    expect(code).toBe(signal === 'SIGINT' ? 130 : 143);
    expect(stderr).toContain('error stopped: Interrupted');
    expect(left).toEqual([]);
  });

  it.each([
    [['--help'], 0],
    [['--size', '0'], 2],
    [['--fiel', 'x'], 2],
  ])('explains itself for %j', async (args, expected) => {
    const { code, stdout, stderr } = await runAsProcess({ main, args, temp });
    expect(code).toBe(expected);
    expect(stdout + stderr).toContain('usage: npm run demo -- [CLOUD]... [--file PATH]');
  });
});

/** A bucket as the demo finds yours, behind a proxy that can do harm. */
async function storeBehindProxy() {
  const cloud = await startLocalCloud({ dir: join(folder, 'cloud') });
  ends.push(cloud.stop);
  const proxy = await startFaultProxy({ target: cloud.s3.endpoint });
  ends.push(proxy.stop);
  const env = {
    S3_BUCKET: cloud.s3.bucket,
    S3_ENDPOINT: proxy.endpoint,
    AWS_REGION: cloud.s3.region,
    AWS_ACCESS_KEY_ID: cloud.s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.s3.secretAccessKey,
  };
  return { env, proxy };
}
