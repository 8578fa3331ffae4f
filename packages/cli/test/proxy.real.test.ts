import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalCloud } from '@mesibo-files/local-cloud';
import { expect, it, vi } from 'vitest';
import { namedS3, thereAndBack } from './proxy-transfers.ts';

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function answers(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const open = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it("S3 through Debian's tinyproxy: the engine and the SDK, there and back", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesibo-files-tinyproxy-'));
  const [port, log] = [await freePort(), join(folder, 'log')];
  const settings = `Port ${port}\nListen 127.0.0.1\nTimeout 60\nLogFile "${log}"\nLogLevel Connect\nMaxClients 50\nAllow 127.0.0.1\n`;
  await writeFile(join(folder, 'tinyproxy.conf'), settings);
  const tinyproxy = spawn('tinyproxy', ['-d', '-c', join(folder, 'tinyproxy.conf')], { stdio: 'ignore' });
  const started = once(tinyproxy, 'spawn');
  const cloud = await startLocalCloud();
  try {
    await started;
    await answers(port);
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${port}`);
    vi.stubEnv('http_proxy', undefined);
    vi.stubEnv('NO_PROXY', undefined);
    vi.stubEnv('no_proxy', undefined);
    expect(await thereAndBack(namedS3(cloud, '127.0.0.1'))).toBe(true);
    const logged = await readFile(log, 'utf8');
    expect(logged.match(/PUT /g)).toHaveLength(2);
    expect(logged.match(/POST /g)).toHaveLength(2);
  } finally {
    vi.unstubAllEnvs();
    tinyproxy.kill();
    await cloud.stop();
  }
});
