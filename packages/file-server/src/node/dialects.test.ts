import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type NodeWorld, startNodeWorld, TOKEN } from '../../test/node/world.ts';
import { formHeaders } from '../../test/wire/forms.ts';

let world: NodeWorld;
afterEach(() => world.close());

/** Sends this, closes its half of the connection, and answers what comes until the other is closed. */
async function halfClosed(text: string): Promise<string> {
  const socket = connect({
    port: Number(new URL(world.listening.url).port),
    host: '127.0.0.1',
    allowHalfOpen: true,
  });
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.end(text);
  await once(socket, 'close');
  return answer;
}

const head = (path: string, more = ''): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${formHeaders()['content-type']}\r\nContent-Length: 1000\r\n${more}\r\n`;

describe('a problem is told in the dialect of its route', () => {
  it.each([
    ['/upload', 'current', { result: false, error: 'body-cut-off' }],
    ['/upload', 'legacy', { op: 'upload', result: 'FAIL', error: 'body-cut-off' }],
    ['/v1/uploads', 'current', { error: { code: 'body-cut-off' } }],
  ] as const)('when the client closes half of the connection: %s, %s', async (path, dialect, body) => {
    world = await startNodeWorld({ uploadUrl: { dialect } });
    const token = `Authorization: Bearer ${TOKEN}\r\n`;
    const form = head(path, token);
    const whole = path === '/upload' ? form : form.replace(/multipart[^\r]*/, 'application/json');
    const answer = await halfClosed(`${whole}--a-boundary-of-tests\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject(body);
  });

  it.each([
    ['two hosts', 'Host: b\r\n', 'bad-request'],
    ['an expectation', 'Expect: wonders\r\n', 'expectation-failed'],
  ])('when it is no good request: %s', async (_, more, error) => {
    world = await startNodeWorld();
    const answer = await halfClosed(head('/upload', more));
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ result: false, error });
    const other = await halfClosed(head('/v1/uploads', more));
    expect(JSON.parse(other.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error: { code: error } });
  });
});

describe('HTTP/2 without TLS', () => {
  async function ask(client: ClientHttp2Session, body: string | null): Promise<[number, unknown]> {
    const stream = client.request({ ':path': '/upload', ':method': body === null ? 'GET' : 'POST' });
    if (body !== null) stream.write(body);
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    const text = Buffer.concat(await stream.toArray()).toString();
    return [Number(headers[':status']), JSON.parse(text)];
  }

  it.each([null, 'x'.repeat(100_000)])('is answered so that its client can show it', async (body) => {
    world = await startNodeWorld();
    const client = connectHttp2(world.listening.url);
    client.on('error', () => undefined);
    const expected = { error: { code: 'http-version', requestId: expect.any(String) } };
    expect(await ask(client, body)).toEqual([
      505,
      expect.objectContaining({ error: expect.objectContaining(expected.error) }),
    ]);
    client.destroy();
  });

  it('by a client that asks nothing is closed in order', async () => {
    world = await startNodeWorld();
    const answer = Buffer.from(await halfClosed('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 'latin1');
    // SETTINGS, its acknowledgement, GOAWAY.
    expect([answer[3], answer[12], answer[21]]).toEqual([4, 4, 7]);
  });
});
