import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe } from 'vitest';
import { until } from '../wire/settled.ts';
import { askRange, describeRanges, FILES } from './describe-ranges.ts';
import './ranges.test.ts';

/** Debian's, as it is packaged: nothing of it is set but where it listens and what it serves. */
async function startNginx(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
  // Its workers are another user's where it is started by root.
  await chmod(folder, 0o755);
  const port = await freePort();
  await mkdir(join(folder, 'files'));
  for (const [name, bytes] of Object.entries(FILES)) {
    await writeFile(join(folder, 'files', name), bytes);
    await utimes(join(folder, 'files', name), 1_700_000_000, 1_700_000_000);
  }
  await writeFile(join(folder, 'nginx.conf'), configuration(folder, port));
  const child = spawn('nginx', [
    '-p',
    folder,
    '-c',
    join(folder, 'nginx.conf'),
    '-e',
    join(folder, 'errors'),
  ]);
  const url = `http://127.0.0.1:${port}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}.`);
    return (await askRange(`${url}/ten`, 'GET', {}).catch(() => null))?.status === 200;
  });
  return { url, stop: () => stopped(child, folder) };
}

function configuration(folder: string, port: number): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  return `daemon off; pid ${folder}/pid; events {}
http {
  ${paths} access_log off; default_type application/octet-stream; add_header cache-control "private, no-cache";
  server { listen 127.0.0.1:${port}; root ${folder}/files; }
}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function stopped(child: ChildProcess, folder: string): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
  await rm(folder, { recursive: true, force: true });
}

const version = await promisify(execFile)('nginx', ['-v']).then(
  ({ stderr }) => stderr.trim(),
  () => null,
);

// Our own servers answer the table in this run in any case.
if (version !== null) {
  describe(`ranges and conditions of ${version}`, () => {
    let nginx: Awaited<ReturnType<typeof startNginx>>;
    beforeAll(async () => {
      nginx = await startNginx();
    });
    afterAll(() => nginx.stop());
    describeRanges(() => ({
      url: (file) => `${nginx.url}/${file}`,
      expected: ({ answer, nginx: other }) => other ?? answer,
    }));
  });
}
