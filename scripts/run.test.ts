import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'run-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(file: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(file, args, {
    cwd: root,
    env: { ...process.env, TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  return { child, output, closed: new Promise<number | null>((resolve) => child.once('close', resolve)) };
}

const run = (args: string[], env?: NodeJS.ProcessEnv) =>
  start(process.execPath, ['scripts/run.mjs', ...args], env);

/** Waits for the line that says where the local cloud is. */
async function endpointOf({
  child,
  output,
}: {
  child: ChildProcess;
  output: { stdout: string };
}): Promise<string> {
  while (!output.stdout.includes('\n')) {
    if (child.exitCode !== null) throw new Error('it ended before it was ready');
    await sleep(20);
  }
  return JSON.parse(output.stdout).s3.endpoint;
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    () => true,
    () => false,
  );
}

describe('the commands of package.json', () => {
  it('say which there are', async () => {
    for (const args of [[], ['toString']]) {
      const { output, closed } = run(args);
      expect(await closed).toBe(2);
      expect(output.stderr).toContain('demo|test|test-real|soak|bench|local-cloud');
    }
  });

  it('pass on the exit code of what they run', async () => {
    expect(await run(['demo', '--nope']).closed).toBe(2);
  });

  it('say which packages the tests against real servers lack, and fail', async () => {
    // A shell that finds bash, and none of the servers.
    symlinkSync('/bin/bash', join(folder, 'bash'));
    for (const tool of ['sort', 'tr', 'dirname', 'id']) {
      writeFileSync(join(folder, tool), `#!/bin/bash\nexec /usr/bin/${tool} "$@"\n`, { mode: 0o755 });
    }
    const { output, closed } = run(['test-real'], { PATH: folder, RGW_ENDPOINT: '' });
    expect(await closed).toBe(3);
    expect(output.stderr).toContain('Ceph RGW is not there, so the tests against real servers cannot run');
    expect(output.stderr).toMatch(/apt-get install.* radosgw/);
  });
});

describe('local-cloud --json', () => {
  it('prints one line of JSON and nothing else, and serves until SIGTERM', async () => {
    const running = run(['local-cloud', '--json']);
    const endpoint = await endpointOf(running);
    expect(await answers(endpoint)).toBe(true);
    running.child.kill('SIGTERM');
    expect(await running.closed).toBe(0);
    expect(running.output.stdout.trim().split('\n')).toHaveLength(1);
    expect(readdirSync(folder).filter((name) => name.startsWith('local-cloud'))).toEqual([]);
  });

  it('ends with npm, whose shell swallows the signal', async () => {
    const running = start('npm', ['run', '-s', 'local-cloud', '--', '--json']);
    const endpoint = await endpointOf(running);
    expect(running.output.stdout.trim().split('\n')).toHaveLength(1);
    running.child.kill('SIGTERM');
    for (let tries = 0; tries < 50 && (await answers(endpoint)); tries++) await sleep(100);
    expect(await answers(endpoint)).toBe(false);
  });
});
