import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliOptions, MAIN, runCli, startCli } from './run-cli.ts';
import { type S3World, s3World } from './s3-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'doctor-command-test-'));
let world: S3World;
let options: CliOptions;
let args: string[];

beforeAll(async () => {
  world = await s3World();
  const { accessKeyId, secretAccessKey } = world.cloud.s3;
  options = { folder, env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } };
  args = ['doctor', '--provider', 's3', '--bucket', 'acme-chat', '--endpoint', world.proxy.endpoint];
});
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

describe('the command', () => {
  it('has exit code 0 where nothing failed, and says so', async () => {
    const { code, stdout, stderr } = await runCli(args, options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^s3 bucket acme-chat at http/);
    expect(stdout).toMatch(/\n\d+ passed, 0 failed, 1 warning, 3 skipped\.\n$/);
    expect(await world.left()).toEqual([]);
  });

  it('has exit code 3 where something failed, and one object as JSON', async () => {
    const { code, stdout, stderr } = await runCli(
      [...args, '--origin', 'https://other.example', '--json'],
      options,
    );
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    const { ok, store, checks } = JSON.parse(stdout);
    expect(ok).toBe(false);
    expect(store).toContain('acme-chat');
    const failed = checks.filter(({ status }: { status: string }) => status === 'failed');
    expect(failed.map(({ id }: { id: string }) => id)).toEqual(['cors-upload', 'cors-download']);
    for (const { cause, fix } of failed) expect(cause.length * fix.length).toBeGreaterThan(0);
  });

  it('has exit code 2 for an origin that is none', async () => {
    const { code, stderr } = await runCli([...args, '--origin', 'https://other.example/path'], options);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--origin') });
  });

  it('leaves nothing behind when it is stopped', async () => {
    const cli = startCli(args, options);
    await cli.prints('it can be put together');
    cli.child.kill('SIGINT');
    expect((await cli.finished).code).toBe(130);
    expect(await world.left()).toEqual([]);
  });

  it('leaves nothing behind when nobody reads on', async () => {
    const line = `"${process.execPath}" "${MAIN}" ${args.join(' ')} | head -3; exit \${PIPESTATUS[0]}`;
    const child = spawn('bash', ['-c', line], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await world.left()).toEqual([]);
  });
});
