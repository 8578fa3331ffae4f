import { connect, type Socket } from 'node:net';
import { createRuntime } from '@mesibo-files/handler-core';
import { KIB } from '@mesibo-files/handler-core/provider';
import { type ManualClock, manualClock } from '@mesibo-files/handler-core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeForm, filePart, fiveFields, formHeaders } from '../../test/wire/forms.ts';
import { until } from '../../test/wire/settled.ts';
import { startWorld, TOKEN, type World, type WorldOptions } from '../../test/wire/world.ts';
import { Lingers } from './linger.ts';

let world: World;
let clock: ManualClock;
const sockets: Socket[] = [];
beforeEach(() => {
  clock = manualClock(Date.now());
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await world.close();
});

interface Sender {
  readonly socket: Socket;
  /** What was answered so far. */
  answered(): string;
  closed(): boolean;
  /** Sends so many bytes of the file, and resolves when the server has them. */
  more(bytes: number): Promise<void>;
}

async function start(limits: WorldOptions['limits'] = {}): Promise<void> {
  world = await startWorld({ runtime: createRuntime({ ports: { clock } }), limits });
}

/** A client that reads nothing before it has sent all, and states no length. */
async function refused(token: string): Promise<Sender> {
  const arriving = new Promise<Socket>((resolve) => world.http.once('connection', resolve));
  const socket = connect(world.port, '127.0.0.1');
  sockets.push(socket);
  const other = await arriving;
  let answer = '';
  let closed = false;
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
  });
  const piece = (bytes: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
  const more = async (bytes: number): Promise<void> => {
    const before = other.bytesRead;
    socket.write(piece(Buffer.alloc(bytes)));
    await until(() => other.bytesRead >= before + bytes || other.destroyed);
  };
  const head = `POST /upload HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-type: ${formHeaders()['content-type']}\r\n\r\n`;
  const form = encodeForm([...fiveFields({ auth: token }), filePart('a cat')]).subarray(0, -30);
  socket.write(Buffer.concat([Buffer.from(head), piece(form)]));
  await until(() => answer.includes('"result":false'));
  return { socket, answered: () => answer, closed: () => closed, more };
}

describe('a refused upload', () => {
  it('is read on while it comes, for 30 s, and its client sees why', async () => {
    await start();
    const sender = await refused('wrong');
    expect(sender.answered()).toMatch(/^HTTP\/1\.1 401 /);
    for (let second = 0; second < 28; second += 4) {
      await sender.more(100 * KIB);
      await clock.advance(4000);
    }
    expect(sender.closed()).toBe(false);
    await sender.more(1);
    await clock.advance(2000);
    await until(sender.closed);
  });

  it('ends when all of it has come', async () => {
    await start();
    const sender = await refused('wrong');
    sender.socket.write('0\r\n\r\n');
    await until(sender.closed);
    expect(world.events.filter(({ type }) => type === 'fault')).toEqual([]);
  });

  it('is given up when nothing comes for 5 s', async () => {
    await start();
    const sender = await refused('wrong');
    await clock.advance(4900);
    expect(sender.closed()).toBe(false);
    await clock.advance(200);
    await until(sender.closed);
  });

  it('is read up to so many bytes', async () => {
    await start({ maxLingerSize: 300 * KIB });
    const sender = await refused('wrong');
    await sender.more(200 * KIB);
    expect(sender.closed()).toBe(false);
    await sender.more(200 * KIB);
    await until(sender.closed);
  });

  it('is read of so many strangers, while somebody known always is', async () => {
    await start({ maxStrangerLingers: 1, maxFileSize: 1 });
    const first = await refused('wrong');
    const second = await refused('wrong');
    await until(second.closed);
    const known = await refused(TOKEN);
    await known.more(10);
    expect([known.answered().slice(0, 12), known.closed(), first.closed()]).toEqual([
      'HTTP/1.1 413',
      false,
      false,
    ]);
    first.socket.write('0\r\n\r\n');
    await until(first.closed);
    const third = await refused('wrong');
    await third.more(10);
    expect(third.closed()).toBe(false);
  });
});

it('no address has more than its share of the places, and each is given back', () => {
  const lingers = new Lingers();
  const limits = { maxLingerSize: 1, maxStrangerLingers: 16 };
  const leave = [lingers.enter('a', limits), lingers.enter('a', limits)];
  expect(lingers.enter('a', limits)).toBeNull();
  for (const address of 'bcdefgh') {
    leave.push(lingers.enter(address, limits), lingers.enter(address, limits));
  }
  expect(leave).not.toContain(null);
  expect(lingers.enter('i', limits)).toBeNull();
  for (const one of leave) one?.();
  expect(lingers.enter('a', limits)).not.toBeNull();
});

it('few bodies are read at once, and strangers never take the places of those who are known', () => {
  const lingers = new Lingers();
  const strangers = Array.from({ length: 33 }, () => lingers.read(false));
  expect(strangers.filter((place) => place === null)).toHaveLength(1);
  const known = lingers.read(true);
  expect(known).not.toBeNull();
  strangers[0]?.();
  expect(lingers.read(false)).not.toBeNull();
});
