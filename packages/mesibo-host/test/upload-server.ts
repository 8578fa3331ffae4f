import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';

/** A form as a parser of others' reads it. */
interface ReceivedForm {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly files: readonly ReceivedFile[];
  readonly headers: IncomingMessage['headers'];
  readonly path: string;
}

interface ReceivedFile {
  readonly field: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly sha256: string;
}

/** What the server does with its next request; it is given the form, once that is whole. */
export type Reply = (form: ReceivedForm, response: ServerResponse, request: IncomingMessage) => void;

export interface UploadServer {
  readonly url: string;
  readonly origin: string;
  /** Forms that came whole, oldest first. */
  readonly forms: ReceivedForm[];
  /** Requests of any kind that came, as `GET /path`, oldest first. */
  readonly requests: { readonly line: string; readonly headers: IncomingMessage['headers'] }[];
  readonly sockets: Set<Socket>;
  /** Replies to forms in turn; the last one stays. */
  replies: Reply[];
  /** Replies to anything but a form. */
  onGet: (request: IncomingMessage, response: ServerResponse) => void;
  /** Called when a form has begun, before it is read; true: it is dealt with already. */
  onForm: (request: IncomingMessage, response: ServerResponse) => boolean;
  close(): Promise<void>;
}

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Reply =>
  (_, response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));

export const STORED_URL = 'https://files.example/f/1';

/** A server on loopback that reads forms with a parser of others', and says what it is told to. */
export async function uploadServer(...replies: Reply[]): Promise<UploadServer> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    self.requests.push({ line: `${request.method} ${request.url}`, headers: request.headers });
    if (request.method !== 'POST') return self.onGet(request, response);
    if (self.onForm(request, response)) return;
    readForm(request).then(
      (form) => {
        self.forms.push(form);
        const reply = self.replies.length > 1 ? self.replies.shift() : self.replies[0];
        (reply ?? json({ result: true, url: STORED_URL }))(form, response, request);
      },
      () => request.socket.destroy(),
    );
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const self: UploadServer = {
    url: `${origin}/upload`,
    origin,
    forms: [],
    requests: [],
    sockets,
    replies,
    onGet: (_, response) => void response.writeHead(404).end(),
    onForm: () => false,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return self;
}

function readForm(request: IncomingMessage): Promise<ReceivedForm> {
  return new Promise((resolve, reject) => {
    const fields: [string, string][] = [];
    const files: ReceivedFile[] = [];
    const parser = new Busboy({ headers: request.headers as BusboyHeaders });
    parser.on('field', (name, value) => fields.push([name, value]));
    parser.on('file', (field, stream, name, _, type) => {
      const hash = createHash('sha256');
      let size = 0;
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        hash.update(chunk);
      });
      stream.on('end', () => files.push({ field, name, type, size, sha256: hash.digest('hex') }));
    });
    parser.on('finish', () => resolve({ fields, files, headers: request.headers, path: request.url ?? '' }));
    parser.on('error', reject);
    request.on('aborted', () => reject(new Error('aborted')));
    request.pipe(parser);
  });
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
