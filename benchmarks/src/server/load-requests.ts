import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { Line, type NextRequest } from './load-client.ts';
import { TOKEN } from './token.ts';
import type { ServerName } from './types.ts';

const BOUNDARY = 'a-boundary-of-the-benchmark';

/** The same file again and again, as each server takes it. */
export function uploadRequest(name: ServerName, origin: string, bytes: Buffer): NextRequest {
  const whole = name === '@tus/server, disk' ? tusCreation(origin, bytes) : formUpload(origin, bytes);
  return () => whole;
}

/** A form as far as the first byte of its file, which has so many. */
export function formHead(origin: string, size: number): Buffer {
  const before = formStart();
  const { host, pathname } = new URL(`${origin}/upload`);
  const lines = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
    `Content-Length: ${before.length + size + END.length}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), before]);
}

const END = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);

function formStart(): Buffer {
  const fields = { op: 'upload', auth: TOKEN, uid: '4711', mid: '18000000000000000001', source: '0' };
  const part = (head: string): string => `--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n`;
  const before = Object.entries(fields).map(([field, value]) => `${part(`name="${field}"`)}\r\n${value}\r\n`);
  before.push(`${part('name="photo"; filename="cat.jpg"')}Content-Type: image/jpeg\r\n\r\n`);
  return Buffer.from(before.join(''));
}

function formUpload(origin: string, bytes: Buffer): Buffer {
  const body = Buffer.concat([formStart(), bytes, END]);
  const type = `multipart/form-data; boundary=${BOUNDARY}`;
  return request('POST', `${origin}/upload`, { 'Content-Type': type }, body);
}

function tusCreation(origin: string, bytes: Buffer): Buffer {
  const headers = {
    'Tus-Resumable': '1.0.0',
    'Upload-Length': String(bytes.length),
    'Content-Type': 'application/offset+octet-stream',
    Authorization: `Bearer ${TOKEN}`,
  };
  return request('POST', `${origin}/files`, headers, bytes);
}

function request(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: Buffer,
): Buffer {
  const { host, pathname, search } = new URL(url);
  const all = { Host: host, ...headers, ...(body === undefined ? {} : { 'Content-Length': body.length }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`);
  return body === undefined ? head : Buffer.concat([head, body]);
}

/** Stores some files, and asks for one after the other. */
export async function downloadRequest(name: ServerName, origin: string, size: number): Promise<NextRequest> {
  const { hostname, port } = new URL(origin);
  const line = new Line(connect({ host: hostname, port: Number(port) }));
  const gets: Buffer[] = [];
  for (let at = 0; at < 50; at += 1) {
    const answer = await line.ask(uploadRequest(name, origin, randomBytes(size))());
    if (answer === null || answer.status >= 300)
      throw new Error(`${name} did not take a file: ${answer?.status}`);
    const url = name === '@tus/server, disk' ? answer.location : JSON.parse(answer.body.toString()).url;
    gets.push(request('GET', new URL(url ?? '', origin).href, {}));
  }
  line.end();
  let at = 0;
  return () => gets[at++ % gets.length] as Buffer;
}
