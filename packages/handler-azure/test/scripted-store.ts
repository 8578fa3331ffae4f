import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Signer } from '@mesibo-files/handler-core';
import { type AzureOptions, azureSigner } from '../src/index.ts';

/** What the store answers to one request; null: it hangs up. */
export interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
type Script = (request: IncomingMessage, url: URL) => Scripted | null;

/** The key of the scripted account. */
export const ACCOUNT_KEY: string = btoa('the-secret-itself');

/** A store that says what a test wants it to, to show what real ones seldom do. */
export async function scriptedStore(script: Script): Promise<{
  readonly signer: (own?: Partial<AzureOptions>) => Signer;
  /** Method and query names (without those of the signature) of every request. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://store');
    asked.push(`${request.method} ${url.searchParams.get('comp') ?? ''}`.trim());
    request.resume();
    request.on('end', () => {
      const answer = script(request, url);
      if (answer === null) return request.socket.destroy();
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/xml', ...answer.headers });
      return response.end(request.method === 'HEAD' ? undefined : answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const credentials = { accountName: 'acme', accountKey: ACCOUNT_KEY };
  const options: AzureOptions = {
    container: 'files',
    endpoint: `http://127.0.0.1:${port}/acme`,
    credentials,
  };
  return {
    signer: (own = {}) => azureSigner({ ...options, ...own }),
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An error as Azure writes it. */
export function refusal(status: number, code: string, detail = ''): Scripted {
  const more = detail === '' ? '' : `<AuthenticationErrorDetail>${detail}</AuthenticationErrorDetail>`;
  return {
    status,
    headers: { 'x-ms-error-code': code },
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>no</Message>${more}</Error>`,
  };
}
