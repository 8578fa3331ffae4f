import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { element } from '../call.ts';

/** An answer. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** `Code` of an XML error, or the reason of a JSON one. */
  readonly code: string | undefined;
}

/** What is sent. */
export interface Sending {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | string | undefined;
}

const agent = new Agent({ keepAlive: true });

const codeOf = (body: Buffer, type: string): string | undefined => {
  if (type.includes('json')) {
    const parsed = JSON.parse(body.toString()) as { error?: string | { errors?: Array<{ reason: string }> } };
    return typeof parsed.error === 'string' ? parsed.error : parsed.error?.errors?.[0]?.reason;
  }
  return body.includes('<Error>') ? element(body, 'Code') : undefined;
};

/** Sends a request as it is given; a redirect or a 308 is an answer like any other. */
export const send = (url: string, { method, headers, body }: Sending): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const length =
      body === undefined && method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body ?? '') };
    // The URL goes out as it is, not as a parser would write it again.
    const { hostname, port, origin } = new URL(url);
    const path = url.slice(origin.length);
    const outbound = httpRequest({ hostname, port, path, method, headers: { ...length, ...headers }, agent });
    outbound.on('error', reject);
    outbound.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const type = response.headers['content-type'] ?? '';
        const status = response.statusCode ?? 0;
        const code = method === 'HEAD' || status < 400 ? undefined : codeOf(bytes, type);
        resolve({ status, headers: response.headers, body: bytes, code });
      });
    });
    outbound.end(body);
  });
