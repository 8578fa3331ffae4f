import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Signer } from '@mesibo-files/handler-core';
import type { GcsOptions } from '../src/options.ts';
import { gcsSigner } from '../src/signer.ts';
import { credentials } from './facts.ts';

/** What the store answers to one request; null: it hangs up. */
export interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What was asked: the method, and of the query what names an operation. `body` is whole. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A store that says what a test wants it to, to show what real ones seldom do. Tokens it gives out by itself. */
export async function scriptedStore(script: (asked: Asked) => Scripted | null): Promise<{
  readonly signer: (own?: Partial<GcsOptions>) => Signer;
  readonly asked: Asked[];
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}> {
  const asked: Asked[] = [];
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const one: Asked = {
      method: request.method ?? '',
      url: new URL(request.url ?? '/', `http://${request.headers.host}`),
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    asked.push(one);
    const answer = script(one) ?? (one.url.pathname === '/token' ? TOKEN : null);
    if (answer === null) return request.socket.destroy();
    return response.writeHead(answer.status ?? 200, { ...answer.headers }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options: GcsOptions = {
    bucket: 'files',
    endpoint,
    credentials: { ...credentials, token_uri: `${endpoint}/token` },
  };
  return {
    signer: (own = {}) => gcsSigner({ ...options, ...own } as GcsOptions),
    asked,
    endpoint,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const TOKEN: Scripted = {
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ access_token: 'ya29.a-secret-token', expires_in: 3600, token_type: 'Bearer' }),
};

/** An error as the XML API writes it. */
export function refusal(status: number, code: string, headers: Record<string, string> = {}): Scripted {
  const body = `<?xml version='1.0'?><Error><Code>${code}</Code><Message>no</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body };
}

/** An error as the JSON API writes it. */
export function jsonRefusal(status: number, reason: string): Scripted {
  const body = JSON.stringify({
    error: { code: status, message: 'no', errors: [{ reason, message: 'no' }] },
  });
  return { status, headers: { 'content-type': 'application/json' }, body };
}

/** An object as the JSON API shows it. */
export function resource(own: Record<string, unknown> = {}): Scripted {
  const found = { size: '11', generation: '17', contentType: 'text/plain', crc32c: 'AAAAAA==', ...own };
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(found) };
}
