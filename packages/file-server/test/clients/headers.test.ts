import { connect } from 'node:net';
import { parse } from 'content-disposition';
import { afterEach, describe, expect, it } from 'vitest';
import { startDisk } from '../ranges/stores.ts';
import { stored } from '../wire/downloads.ts';
import { startWorld } from '../wire/world.ts';

/** What nginx takes by default, status line and all. */
const NGINX = 4096;

const NAMES = ['写', '😀', '"', 'x', '%'].map((one) => one.repeat(Math.floor(3990 / Buffer.byteLength(one))));

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** The head of an answer, as it comes. */
function headOf(url: string, method: string, more = ''): Promise<string> {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `${method} ${pathname}${search} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: https://app.example.com\r\n${more}\r\n`,
  );
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text.slice(0, text.indexOf('\r\n\r\n') + 4)));
  });
}

describe('the headers of an answer', () => {
  const check = async (url: string, name: string): Promise<void> => {
    for (const [method, more] of [
      ['GET', ''],
      ['HEAD', ''],
      ['GET', 'Range: bytes=0-1\r\n'],
      ['GET', 'If-None-Match: *\r\n'],
    ] as const) {
      const { length } = await headOf(url, method, more);
      expect([length > 100, length < NGINX]).toEqual([true, true]);
    }
    const disposition = /^content-disposition: (.*)\r$/im.exec(await headOf(url, 'GET'))?.[1] ?? '';
    const { filename = '' } = parse(disposition).parameters;
    expect([filename.slice(-4), name.startsWith(filename.slice(0, -4))]).toEqual(['.jpg', true]);
    // More than any file system takes.
    expect(Buffer.byteLength(filename)).toBeGreaterThan(255);
  };

  it.each(NAMES)('are less than what proxies take, with a name of %.3s…', async (stem) => {
    const name = `${stem}.jpg`;
    const world = await startWorld({ downloads: 'stream', origins: ['https://app.example.com'] });
    closing.push(world.close);
    await check(await stored(world, 'a cat', name.replaceAll('"', '%22')), name);
    const disk = await startDisk(name);
    closing.push(disk.stop);
    await check(disk.urls.ten, name);
  });
});
