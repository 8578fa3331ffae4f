import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { answerOf } from './node-answers.ts';
import type { StoreSettings } from './start.ts';

// The store for where the fast one can't run: the same answers, by Node's own HTTP server.

async function serve({ block, cert, key, objects }: StoreSettings): Promise<void> {
  const bytes = readFileSync(block);
  function* body(first: number, count: number): Generator<Buffer> {
    for (let at = first; at < first + count; ) {
      const from = at % bytes.length;
      const piece = bytes.subarray(from, Math.min(bytes.length, from + first + count - at));
      yield piece;
      at += piece.length;
    }
  }
  const listener: RequestListener = (request, response) => {
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
    });
    request.on('end', () => {
      const answer = answerOf(request, size, objects);
      response.writeHead(answer.status, answer.headers);
      if (answer.range === undefined || request.method === 'HEAD') response.end(answer.body);
      else Readable.from(body(...answer.range)).pipe(response);
    });
  };
  const http = createServer(listener);
  const https = createSecureServer({ cert: readFileSync(cert), key: readFileSync(key) }, listener);
  for (const server of [http, https]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  const port = (server: { address(): AddressInfo | string | null }): number => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  process.stdout.write(`${JSON.stringify({ http: port(http), https: port(https) })}\n`);
}

createInterface(process.stdin)
  .once('line', (line) => void serve(JSON.parse(line)))
  .once('close', () => process.exit());
