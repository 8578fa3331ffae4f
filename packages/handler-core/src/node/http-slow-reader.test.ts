import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeHttp } from './http.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(body: Uint8Array): Promise<string> {
  server = createServer((_, response) => response.end(body));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('a reader that answers with a promise', () => {
  it.each([3_000, 65_536, 5 * 1024 * 1024])('gets all of %i bytes, each once', async (size) => {
    const body = new Uint8Array(size).map((_, at) => at % 251);
    const url = await serve(body);
    const answer = await nodeHttp().send({
      method: 'GET',
      url,
      headers: {},
      signal: new AbortController().signal,
    });
    const parts: Uint8Array[] = [];
    let calls = 0;
    await answer.consume(async (chunk) => {
      calls += 1;
      if (calls > 10_000) throw new Error('it goes on for ever');
      parts.push(new Uint8Array(chunk));
    });
    expect(Buffer.concat(parts).equals(body)).toBe(true);
  });
});
