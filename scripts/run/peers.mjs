import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture } from './child.mjs';
import { inRoot, root } from './root.mjs';

const KEYS = { access: 'peeraccess', secret: 'peersecret0123456789' };

/** Where what was built is kept: a build takes minutes. */
const BIN = inRoot('node_modules/.cache/mesibo-files-peers');

/**
 * S3 servers that others wrote, built with Go from the module proxy. `start`: how one serves a folder on a port of
 * loopback.
 */
const PEERS = {
  versitygw: {
    module: 'github.com/versity/versitygw/cmd/versitygw@v1.8.0',
    start: (port, folder) => ({
      args: ['--port', `127.0.0.1:${port}`, '--region', 'us-east-1', 'posix', folder],
      env: { ROOT_ACCESS_KEY: KEYS.access, ROOT_SECRET_KEY: KEYS.secret },
    }),
  },
  minio: {
    module: 'github.com/minio/minio@latest',
    start: (port, folder) => ({
      args: ['server', '--quiet', '--address', `127.0.0.1:${port}`, folder],
      env: { MINIO_ROOT_USER: KEYS.access, MINIO_ROOT_PASSWORD: KEYS.secret, MINIO_BROWSER: 'off' },
    }),
  },
  weed: {
    module: 'github.com/seaweedfs/seaweedfs/weed@latest',
    start: (port, folder) => ({
      args: ['server', `-dir=${folder}`, '-ip=127.0.0.1', '-ip.bind=127.0.0.1', '-s3', `-s3.port=${port}`],
      env: { AWS_ACCESS_KEY_ID: KEYS.access, AWS_SECRET_ACCESS_KEY: KEYS.secret },
    }),
  },
};

/** The suite that runs on each. */
const SUITE = 'packages/handler-s3/test/conformance.real.test.ts';

/**
 * Builds each peer where Go is there, starts it, and runs the whole S3 suite on it: `npm run test:peers [name…]`. Not
 * part of the gate. Answers 0 where every peer was run and passed.
 */
export async function peers(rest, vitest) {
  const names = rest.length === 0 ? Object.keys(PEERS) : rest;
  const unknown = names.find((name) => !Object.hasOwn(PEERS, name));
  if (unknown !== undefined) {
    console.error(`${unknown} is no peer; there are ${Object.keys(PEERS).join(', ')}.`);
    return 2;
  }
  const results = [];
  for (const name of names) {
    const built = await build(name);
    results.push([name, built ? await run(name, vitest) : 'not built']);
  }
  for (const [name, result] of results) console.error(`${name}: ${result === 0 ? 'passed' : result}`);
  return results.every(([, result]) => result === 0) ? 0 : 1;
}

async function build(name) {
  if (existsSync(join(BIN, name))) return true;
  const { module } = PEERS[name];
  console.error(`Building ${module}…`);
  const env = { GOBIN: BIN, GOFLAGS: '-trimpath', CGO_ENABLED: '0' };
  const { code, stderr } = await capture('go', ['install', module], { cwd: root, env });
  if (code === 127) console.error('Go is not there: see https://go.dev/dl');
  else if (code !== 0) console.error(stderr.split('\n').slice(-10).join('\n'));
  return code === 0;
}

async function run(name, vitest) {
  const folder = mkdtempSync(join(tmpdir(), `mesibo-files-${name}-`));
  const port = await freePort();
  const { args, env } = PEERS[name].start(port, folder);
  const server = spawn(join(BIN, name), args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  const over = new Promise((resolve) => {
    server.once('error', resolve);
    server.once('close', resolve);
  });
  try {
    const endpoint = `http://127.0.0.1:${port}`;
    if (!(await answers(endpoint, server))) return 'did not start';
    return await vitest([SUITE], {
      TEST_LANE: 'real',
      RGW_ENDPOINT: endpoint,
      RGW_ACCESS_KEY: KEYS.access,
      RGW_SECRET_KEY: KEYS.secret,
    });
  } finally {
    server.kill();
    await over;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether it answers anything within half a minute. */
async function answers(endpoint, server) {
  for (let tries = 0; tries < 150 && server.exitCode === null; tries++) {
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
