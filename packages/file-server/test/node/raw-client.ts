import { connect, type Socket } from 'node:net';
import { AnswerParser, type WireAnswer } from './answer-parser.ts';

/** A client that sends what it is told to, HTTP or not. */
export interface RawClient {
  readonly socket: Socket;
  send(bytes: string | Uint8Array): void;
  /** The next answer; null when the connection ends without one. `head`: it is one to a HEAD. */
  answer(head?: boolean): Promise<WireAnswer | null>;
  /** Resolves when the connection is over. */
  readonly closed: Promise<void>;
  destroy(): void;
}

/** Connects to a port of this machine. */
export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const parser = new AnswerParser();
  let ended = false;
  let wake = (): void => undefined;
  socket.on('data', (bytes) => {
    parser.push(bytes);
    wake();
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const over = (): void => {
    ended = true;
    wake();
  };
  socket.once('end', over);
  socket.once('close', over);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    send: (bytes) => void socket.write(bytes),
    async answer(head = false) {
      for (;;) {
        const answer = parser.next(ended, head);
        if (answer !== null || ended) return answer;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    closed,
    destroy: () => socket.destroy(),
  };
}
