import { createRuntime } from '@mesibo-files/handler-core';
import { manualClock } from '@mesibo-files/handler-core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { WireAnswer } from '../../test/node/answer-parser.ts';
import { type RawClient, rawClient } from '../../test/node/raw-client.ts';
import { type NodeWorld, startNodeWorld, TOKEN } from '../../test/node/world.ts';
import { encodeForm, filePart, fiveFields, formHeaders } from '../../test/wire/forms.ts';
import { settled } from '../../test/wire/settled.ts';
import type { Mount } from './mount.ts';

let world: NodeWorld | undefined;

afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** Answers when it is let. */
function gate(): Mount & { open: () => void; readonly entered: Promise<void> } {
  let open = (): void => undefined;
  let enter = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const entered = new Promise<void>((resolve) => {
    enter = resolve;
  });
  return {
    path: '/gate',
    async handle(_request, response) {
      enter();
      await opened;
      response.end('done');
    },
    open: () => open(),
    entered,
  };
}

function codeOf(answer: WireAnswer | null): [number, string] | null {
  if (answer === null) return null;
  const { error } = JSON.parse(answer.body) as {
    error: { code: string; message: string; requestId: string };
  };
  expect(error.message).toMatch(/^[A-Z].*\.$/);
  expect(answer.headers['x-request-id']).toBe(error.requestId);
  return [answer.status, error.code];
}

/** Resolves when no connection can be made any more. */
async function refused({ listening: { port } }: NodeWorld): Promise<void> {
  const outcome = async (): Promise<string> => {
    return await rawClient(port).then(
      (client) => {
        client.destroy();
        return 'open';
      },
      (error: NodeJS.ErrnoException) => error.code ?? '',
    );
  };
  await expect.poll(outcome).toBe('ECONNREFUSED');
}

/** Lets the server work until this is so. */
async function until(so: () => boolean): Promise<void> {
  while (!so()) await new Promise<void>((resolve) => setImmediate(resolve));
}

const JSON_OF_NINE = `Authorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 9`;
const GET = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';

// `/upload` says so in its own dialect.
it.each(['/healthz', '/files/mesibo/x'])('two Host headers are refused: %s', async (path) => {
  world = await startNodeWorld();
  for (const second of ['a', 'b', '']) {
    const client = await world.connect();
    client.send(`GET ${path} HTTP/1.1\r\nHost: a\r\nhOST: ${second}\r\n\r\n`);
    expect(codeOf(await client.answer())).toEqual([400, 'bad-request']);
  }
});

describe('what is no HTTP', () => {
  it.each([
    ['rubbish', 'rubbish\r\n\r\n', 400, 'bad-request'],
    ['bytes', Buffer.from([0, 255, 1, 13, 10, 13, 10]), 400, 'bad-request'],
    ['a TLS handshake', Buffer.from('160301020001', 'hex'), 400, 'bad-request'],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost: a\r\nrubbish\r\n\r\n', 400, 'bad-request'],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n', 400, 'bad-request'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'bad-request',
    ],
    ['a negative length', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', 400, 'bad-request'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'bad-request',
    ],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400, 'bad-request'],
    ['a host that is none', 'GET /healthz HTTP/1.1\r\nHost: a b/@c\r\n\r\n', 400, 'bad-request'],
    ['a backslash in the path', 'GET /\\healthz HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'bad-request'],
    ['a path that is none', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'bad-request'],
    [
      'huge headers',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    ['an endless path', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431, 'headers-too-large'],
    ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n', 405, 'method-not-allowed'],
    ['TRACE', 'TRACE /healthz HTTP/1.1\r\nHost: a\r\n\r\n', 405, 'method-not-allowed'],
    [
      'a method that is not for this',
      'PATCH /healthz HTTP/1.1\r\nHost: a\r\n\r\n',
      405,
      'method-not-allowed',
    ],
    ['an expectation', 'GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n', 417, 'expectation-failed'],
    ['a path to nowhere', 'GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n', 404, 'no-such-route'],
    [
      'chunks that are none',
      'POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nrubbish\r\n',
      400,
      'bad-request',
    ],
  ])('%s is answered with a code and a sentence', async (_what, bytes, status, code) => {
    world = await startNodeWorld();
    const client = await world.connect();
    client.send(bytes);
    expect(codeOf(await client.answer())).toEqual([status, code]);
  });

  it('is answered after the good requests before it, and the connection ends', async () => {
    const mount = gate();
    world = await startNodeWorld({ mounts: [mount] });
    const client = await world.connect();
    client.send(`GET /gate HTTP/1.1\r\nHost: a\r\n\r\n${GET}rubbish\r\n\r\n${GET}`);
    await mount.entered;
    mount.open();
    expect(await client.answer()).toMatchObject({ status: 200, body: 'done' });
    expect(await client.answer()).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    expect(codeOf(await client.answer())).toEqual([400, 'bad-request']);
    expect(await client.answer()).toBeNull();
  });

  it('is not made of what a client may expect: to go on, also when it asked for more before', async () => {
    const mount = gate();
    world = await startNodeWorld({ mounts: [mount] });
    const client = await world.connect();
    const expecting = 'DELETE /healthz HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n';
    client.send(expecting);
    expect(codeOf(await client.answer())).toEqual([405, 'method-not-allowed']);
    client.send(`GET /gate HTTP/1.1\r\nHost: a\r\n\r\n${expecting}`);
    await mount.entered;
    mount.open();
    expect(await client.answer()).toMatchObject({ status: 200, body: 'done' });
    expect(codeOf(await client.answer())).toEqual([405, 'method-not-allowed']);
  });

  it('lets a client that waits for a word send its upload only when it has its turn', async () => {
    let asked = 0;
    const authorise = (): { readonly allow: true } => {
      asked += 1;
      return { allow: true };
    };
    world = await startNodeWorld({ authorise, limits: { maxFileSize: 1_000, maxUploads: 1 } });
    const form = encodeForm([...fiveFields({ auth: TOKEN }), filePart('hello')]);
    const head = (length: number): string =>
      [
        'POST /upload HTTP/1.1',
        'Host: a',
        'Expect: 100-continue',
        `Content-Type: ${formHeaders()['content-type']}`,
        `Content-Length: ${length}`,
        '\r\n',
      ].join('\r\n');
    const seen = (client: RawClient): { text: string } => {
      const all = { text: '' };
      client.socket.on('data', (bytes) => {
        all.text += bytes.toString('latin1');
      });
      return all;
    };
    const [large, running, waiting] = [await world.connect(), await world.connect(), await world.connect()];
    const refused = seen(large);
    large.send(head(100_000_000));
    expect((await large.answer())?.status).toBe(413);
    expect(refused.text).toMatch(/^HTTP\/1\.1 413 /);
    const first = seen(running);
    running.send(head(form.length));
    await until(() => first.text.includes('100 Continue'));
    running.send(form.subarray(0, -20));
    await until(() => asked === 1);
    await settled();
    const second = seen(waiting);
    waiting.send(head(form.length));
    const { events } = world;
    await until(() => events.filter(({ type }) => type === 'started').length === 3);
    await settled();
    expect(second.text).toBe('');
    running.send(form.subarray(-20));
    expect((await running.answer())?.status).toBe(200);
    await until(() => second.text.includes('100 Continue'));
    waiting.send(form);
    expect((await waiting.answer())?.status).toBe(200);
  });

  it('leaves a trace in the events', async () => {
    world = await startNodeWorld();
    const client = await world.connect();
    client.send('rubbish\r\n\r\n');
    await client.answer();
    expect(world.events.at(-1)).toMatchObject({
      type: 'request',
      route: 'none',
      status: 400,
      code: 'bad-request',
    });
  });
});

it('takes a request that was written for a proxy', async () => {
  world = await startNodeWorld();
  const client = await world.connect();
  client.send('GET http://files.test/healthz HTTP/1.1\r\nHost: files.test\r\n\r\n');
  expect(await client.answer()).toMatchObject({ status: 200 });
});

describe('a request that is slow', () => {
  const limits = { headersTimeout: 100, idleTimeout: 100 };

  it.each([
    ['sends nothing', ''],
    ['stops within its headers', 'GET /healthz HTTP/1.1\r\nHost: a\r\nX: '],
    ['stops within a small body', `POST /v1/uploads HTTP/1.1\r\nHost: a\r\n${JSON_OF_NINE}\r\n\r\n{`],
  ])('and %s, is ended with 408', async (_what, bytes) => {
    world = await startNodeWorld({ limits });
    const client = await world.connect();
    client.send(bytes);
    expect(codeOf(await client.answer())).toEqual([408, 'request-too-slow']);
    await client.closed;
  });
});

it('takes no more connections than it may, tells those above it, and tells its owner', async () => {
  const clock = manualClock(0);
  const runtime = createRuntime({ ports: { clock } });
  world = await startNodeWorld({ runtime, limits: { maxConnections: 1 } });
  const first = await world.connect();
  first.send(GET);
  expect(await first.answer()).toMatchObject({ status: 200 });
  for (let turn = 0; turn < 2; turn += 1) {
    const second = await world.connect();
    second.send(GET);
    const answer = await second.answer();
    expect(codeOf(answer)).toEqual([503, 'too-many-connections']);
    expect(answer?.headers['retry-after']).toBe('1');
    await second.closed;
  }
  first.send(GET);
  expect(await first.answer()).toMatchObject({ status: 200 });
  await clock.advance(10_000);
  const faults = world.events.flatMap((event) => (event.type === 'fault' ? [event] : []));
  expect(faults).toHaveLength(1);
  expect(String(faults[0]?.error)).toContain('2 connections were turned away');
});

describe('a server that closes', () => {
  it('finishes what runs, refuses what comes, and takes no new connection', async () => {
    const mount = gate();
    world = await startNodeWorld({ mounts: [mount] });
    const [busy, idle] = [await world.connect(), await world.connect()];
    idle.send(GET);
    await idle.answer();
    busy.send('GET /gate HTTP/1.1\r\nHost: a\r\n\r\n');
    await mount.entered;
    const closed = world.listening.close();
    await refused(world);
    busy.send(GET);
    const { events } = world;
    await until(() =>
      events.some(({ type, ...event }) => type === 'started' && 'route' in event && event.route === 'none'),
    );
    // One that was on its way on a connection that had just been used.
    idle.send(GET);
    expect(await idle.answer()).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await idle.closed;
    mount.open();
    const done = await busy.answer();
    expect(done).toMatchObject({ status: 200, body: 'done', headers: { connection: 'close' } });
    // What came behind it is not begun: its client sees that the connection ends here.
    await busy.closed;
    expect(events).toContainEqual(expect.objectContaining({ type: 'request', code: 'shutting-down' }));
    await closed;
    expect(await world.listening.closed).toEqual({ cutOff: 0 });
  });

  it('closes connections that have nothing to do: at once, or a second after they were used', async () => {
    const clock = manualClock(0);
    world = await startNodeWorld({ runtime: createRuntime({ ports: { clock } }) });
    const [old, late] = [await world.connect(), await world.connect()];
    for (const client of [old, late]) {
      client.send(GET);
      await client.answer();
    }
    await clock.advance(600);
    late.send(GET);
    await late.answer();
    await clock.advance(600);
    const closed = world.listening.close();
    await old.closed;
    let lateIsClosed = false;
    void late.closed.then(() => {
      lateIsClosed = true;
    });
    await clock.advance(399);
    expect(lateIsClosed).toBe(false);
    await clock.advance(1);
    await late.closed;
    await closed;
  });

  it('is not ready, and goes on until load balancers have seen it', async () => {
    const clock = manualClock(0);
    const runtime = createRuntime({ ports: { clock } });
    world = await startNodeWorld({ runtime, check: async () => undefined }, { drainDelay: 5_000 });
    const READY = 'GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n';
    const before = await world.connect();
    before.send(READY);
    expect(await before.answer()).toMatchObject({ status: 200 });
    const closed = world.listening.close();
    await clock.advance(4_999);
    const balancer = await world.connect();
    balancer.send(READY);
    expect(await balancer.answer()).toMatchObject({ status: 503, headers: { connection: 'close' } });
    const client = await world.connect();
    client.send(GET);
    expect(await client.answer()).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await clock.advance(1);
    await refused(world);
    await clock.advance(1_000);
    await closed;
  });

  it('to what is mounted ends when nothing more of its body comes, and not while it moves', async () => {
    const clock = manualClock(0);
    let came = 0;
    const mount: Mount = {
      path: '/disk',
      async handle(request, response) {
        request.on('data', (chunk: Buffer) => {
          came += chunk.length;
        });
        await new Promise<void>((resolve) => {
          request.once('end', () => resolve(void response.end('whole')));
          request.once('close', resolve);
        });
      },
    };
    const runtime = createRuntime({ ports: { clock } });
    world = await startNodeWorld({ mounts: [mount], runtime, limits: { idleTimeout: 1000 } });
    const head = 'PUT /disk/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n';
    const [moving, standing] = [await world.connect(), await world.connect()];
    moving.send(`${head}1`);
    standing.send(`${head}1`);
    await until(() => came === 2);
    await clock.advance(900);
    moving.send('2');
    await until(() => came === 3);
    await clock.advance(900);
    expect(codeOf(await standing.answer())).toEqual([408, 'request-too-slow']);
    moving.send('34');
    expect((await moving.answer())?.body).toBe('whole');
  });

  it('sends an answer to its end, however slowly it is read', async () => {
    const body = Buffer.alloc(16 * 1024 * 1024, 'x');
    let ended = false;
    const mount: Mount = {
      path: '/big',
      handle: (_request, response) => {
        response.writeHead(200, { 'content-length': body.length }).end(body);
        ended = true;
      },
    };
    world = await startNodeWorld({ mounts: [mount] });
    const { socket, send, closed } = await world.connect();
    socket.removeAllListeners('data').pause();
    let got = 0;
    send('GET /big HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => ended);
    const closing = world.listening.close();
    socket.on('data', (bytes) => {
      got += bytes.length;
    });
    socket.resume();
    await closed;
    await closing;
    expect(got).toBeGreaterThan(body.length);
  });

  it('cuts off what runs longer than it may', async () => {
    const mount = gate();
    world = await startNodeWorld({ mounts: [mount], limits: { shutdownTimeout: 20 } });
    const client = await world.connect();
    client.send('GET /gate HTTP/1.1\r\nHost: a\r\n\r\n');
    await mount.entered;
    await world.listening.close();
    expect(await client.answer()).toBeNull();
    expect(await world.listening.closed).toEqual({ cutOff: 1 });
  });
});

it('says which port it can not have', async () => {
  world = await startNodeWorld();
  const { port } = world.listening;
  await expect(world.server.listen({ port })).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining(`port ${port}`),
  });
});
