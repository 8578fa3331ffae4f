import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../index.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const SIZE = 16 * 1024 * 1024;

async function proxyTo(server: TcpServer): Promise<FaultProxy> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = await startFaultProxy({
    target: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  open.push(
    () => proxy.stop(),
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  return proxy;
}

/** Sends a PUT as many clients do: all of its body, whatever comes meanwhile. Answers the first line of the answer. */
function put(proxy: FaultProxy): Promise<{ readonly answer: string; readonly sent: boolean }> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(proxy.endpoint).port), '127.0.0.1');
    let answer = '';
    let sent = false;
    const look = (): void => {
      if (answer.includes('no such part') && sent) {
        socket.destroy();
        resolve({ answer: answer.slice(0, answer.indexOf('\r\n')), sent });
      }
    };
    socket.on('error', reject);
    socket.on('close', () => resolve({ answer: answer.slice(0, answer.indexOf('\r\n')), sent }));
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      look();
    });
    socket.write(`PUT /a HTTP/1.1\r\nhost: store\r\ncontent-length: ${SIZE}\r\n\r\n`);
    socket.write(Buffer.alloc(SIZE), () => {
      sent = true;
      look();
    });
  });
}

it('a PUT that the store refuses before it read the body, and closes on, is answered at once', async () => {
  const proxy = await proxyTo(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 12\r\n\r\nno such part');
        socket.pause();
      });
    }),
  );
  expect(await put(proxy)).toEqual({ answer: 'HTTP/1.1 404 Not Found', sent: true });
}, 5000);
