import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { MIB } from '../options.ts';
import { formHead } from './load-requests.ts';
import { startServer } from './start-server.ts';
import type { ServerName } from './types.ts';

const PIECE = Buffer.alloc(MIB, 'x');

/**
 * Sends files of 100 MiB, so many at once and so many bytes of each, and answers the peak memory of the server in bytes.
 * Then all of them are broken off.
 */
export async function largeUploads(
  name: ServerName,
  dir: string,
  { count, each }: { readonly count: number; readonly each: number },
): Promise<number> {
  const store = await mkdtemp(join(dir, 'load-'));
  const server = await startServer(name, { store });
  try {
    const { hostname, port } = new URL(server.origin);
    await Promise.all(
      Array.from({ length: count }, async () => {
        const socket = connect({ host: hostname, port: Number(port) });
        socket.on('error', () => undefined);
        socket.write(formHead(server.origin, 100 * MIB));
        for (let sent = 0; sent < each && !socket.destroyed; sent += MIB) {
          if (!socket.write(PIECE)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
        }
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        if (socket.destroyed) throw new Error('the server broke an upload off');
        socket.destroy();
      }),
    );
    return server.memory();
  } finally {
    await server.stop();
    await rm(store, { recursive: true, force: true });
  }
}
