import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Signer } from '@mesibo-files/handler-core';
import type { S3Options } from '../src/options.ts';
import { s3Signer } from '../src/signer.ts';

/** What the store answers to one request; null: it hangs up. */
export interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Sends no content type. */
  readonly bare?: boolean;
}
type Script = (request: IncomingMessage, url: URL) => Scripted | null;

/** A store that says what a test wants it to, to show what real ones seldom do. */
export async function scriptedStore(script: Script): Promise<{
  readonly signer: (own?: Partial<S3Options>) => Signer;
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}> {
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://store');
    asked.push(
      `${request.method} ${url.pathname.includes('/mesibo') ? 'object' : 'bucket'}${queryName(url)}`,
    );
    request.resume();
    request.on('end', () => {
      const answer = script(request, url);
      if (answer === null) return request.socket.destroy();
      response.writeHead(answer.status ?? 200, {
        ...(answer.bare === true ? {} : { 'content-type': 'application/xml' }),
        ...answer.headers,
      });
      return response.end(request.method === 'HEAD' ? undefined : answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const options: S3Options = {
    bucket: 'files',
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDSECRETKEYID', secretAccessKey: 'the-secret-itself' },
  };
  return {
    signer: (own = {}) => s3Signer({ ...options, ...own } as S3Options),
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function queryName(url: URL): string {
  for (const name of ['uploads', 'uploadId']) if (url.searchParams.has(name)) return ` ${name}`;
  return '';
}

/** An error as stores write it. */
export function refusal(status: number, code: string, more = ''): Scripted {
  return {
    status,
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message>${more}</Error>`,
  };
}
