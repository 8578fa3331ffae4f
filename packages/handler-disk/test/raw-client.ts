import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { SignedRequest } from '@mesibo-files/handler-core/provider';
import type { StoreServer } from './store-server.ts';

/** A connection on which a test writes what it likes. */
export interface RawConnection {
  readonly socket: Socket;
  /** All that came back, when the server has closed. */
  readonly answer: Promise<string>;
}

export async function rawConnection({ endpoint }: StoreServer): Promise<RawConnection> {
  const socket = connect(Number(new URL(endpoint).port), '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  // A server that cuts the connection while we write is what some tests want.
  socket.on('error', () => undefined);
  const answer = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(text));
  });
  await once(socket, 'connect');
  return { socket, answer };
}

/** The head of a signed request, with headers changed, and left out where they are null. */
export function headText(
  { method, url, headers }: SignedRequest,
  changes: Readonly<Record<string, string | null>> = {},
): string {
  const { host, pathname, search } = new URL(url);
  const all: Readonly<Record<string, string | null>> = { host, ...headers, ...changes };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  return [`${method} ${pathname}${search} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

/** The statuses of the answers in what came back. */
export function statusesIn(text: string): readonly number[] {
  return Array.from(text.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => Number(status));
}
