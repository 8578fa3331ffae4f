import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createRuntime, type Signer } from '@mesibo-files/handler-core';
import { type ManualClock, manualClock } from '@mesibo-files/handler-core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeForm, filePart, fiveFields, formHeaders, post } from '../../test/wire/forms.ts';
import { settled, until } from '../../test/wire/settled.ts';
import { startWorld, type World, type WorldOptions } from '../../test/wire/world.ts';
import { staticToken } from '../authorise/static-token.ts';

const MIB = 1024 * 1024;

const FRIENDS = 'the-token-of-all-friends';
const friends = staticToken({ token: FRIENDS });
const bearer = { authorization: `Bearer ${FRIENDS}` };

describe('the bounds of an upload', () => {
  let world: World;
  let clock: ManualClock;
  const open: ClientRequest[] = [];
  const sockets: Socket[] = [];
  let arrivedBytes = 0;
  afterEach(async () => {
    for (const one of open.splice(0)) one.destroy();
    await world.close();
  });
  const start = async (options: WorldOptions = {}): Promise<void> => {
    clock = manualClock(Date.now());
    const runtime = createRuntime({ ports: { clock } });
    world = await startWorld({ runtime, ...options });
    sockets.length = 0;
    arrivedBytes = 0;
    world.http.on('connection', (socket) => sockets.push(socket));
  };
  /** A request whose body is sent by hand. */
  const begin = (headers: Readonly<Record<string, string>> = {}): ClientRequest => {
    const { hostname, port } = new URL(world.baseUrl);
    const all = { ...formHeaders(), ...headers };
    const sent = request({
      host: hostname,
      port,
      path: '/upload',
      method: 'POST',
      headers: all,
      agent: false,
    });
    open.push(sent);
    sent.on('error', () => undefined);
    return sent;
  };
  const answerOf = async (
    sent: ClientRequest,
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const text = Buffer.concat(await answer.toArray()).toString();
    return { status: answer.statusCode ?? 0, body: JSON.parse(text) };
  };
  /** Sends bytes, and waits until the server has read them. */
  const arrived = async (sent: ClientRequest, bytes: Uint8Array): Promise<void> => {
    sent.write(bytes);
    await until(() => sockets.length > 0);
    const read = (): number => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
    const before = arrivedBytes;
    arrivedBytes += bytes.length;
    await until(() => read() > before + bytes.length);
    await settled();
  };
  const nothingStays = async (): Promise<void> => {
    expect(await world.keys()).toEqual([]);
    expect(await world.openUploads()).toBe(0);
  };

  it('refuse a file as soon as it is too large, and tell a client that still sends', async () => {
    await start({ limits: { maxFileSize: 3 * MIB } });
    const { status, body } = await post(world.baseUrl, [...fiveFields(), filePart(randomBytes(3 * MIB + 1))]);
    expect({ status, error: body.error }).toEqual({ status: 413, error: 'file-too-large' });
    expect((await post(world.baseUrl, [...fiveFields(), filePart(randomBytes(3 * MIB))])).status).toBe(200);
    const late = [filePart(randomBytes(3 * MIB + 1)), ...fiveFields()];
    expect((await post(world.baseUrl, late)).body.error).toBe('file-too-large');
    expect(await world.openUploads()).toBe(0);
    expect(await world.keys()).toHaveLength(1);
  });

  it('refuse by the Content-Length alone, before a byte of the file', async () => {
    await start({ limits: { maxFileSize: 3 * MIB } });
    const sent = begin({ 'content-length': String(100 * MIB) });
    sent.flushHeaders();
    const answer = await answerOf(sent);
    expect(answer).toMatchObject({ status: 413, body: { result: false, error: 'file-too-large' } });
  });

  it('read on what a client still sends that listens only afterwards, and then close', async () => {
    await start({ limits: { maxFileSize: MIB } });
    const socket = connect(world.port, '127.0.0.1');
    const size = 30 * MIB;
    const type = formHeaders()['content-type'];
    socket.write(
      `POST /upload HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ncontent-length: ${size}\r\n\r\n`,
    );
    await new Promise((sent) => socket.write(Buffer.alloc(size), sent));
    const answer = Buffer.concat(await socket.toArray()).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(answer).toContain('"error":"file-too-large"');
  });

  it('do not wait for ever for what a refused client owes', async () => {
    await start({ limits: { maxFileSize: MIB } });
    const sent = begin({ 'content-length': String(30 * MIB) });
    sent.flushHeaders();
    await answerOf(sent);
    expect(sent.socket?.destroyed).toBe(false);
    await clock.advance(6000);
    await until(() => sent.socket?.destroyed === true);
  });

  it('are the owner’s for each upload', async () => {
    await start({ authorise: () => ({ allow: true, maxSize: 9 * MIB }) });
    const large = randomBytes(9 * MIB + 1);
    const streamed = await post(world.baseUrl, [...fiveFields(), filePart(large)]);
    const waited = await post(world.baseUrl, [filePart(large), ...fiveFields()]);
    expect([streamed.body.error, waited.body.error]).toEqual(['file-too-large', 'file-too-large']);
    await nothingStays();
    expect((await post(world.baseUrl, [...fiveFields(), filePart(large.subarray(1))])).status).toBe(200);
  });

  it('are so many uploads at once', async () => {
    await start({ limits: { maxUploads: 1, uploadQueueFor: 0 } });
    const first = begin();
    first.write(encodeForm([...fiveFields(), filePart('a beginning')]).subarray(0, -30));
    await until(() => world.events.some(({ type }) => type === 'started'));
    await until(async () => (await post(world.baseUrl, [...fiveFields(), filePart('x')])).status === 429);
    const refused = await post(world.baseUrl, [...fiveFields(), filePart('x')]);
    expect(refused.body.error).toBe('too-many-uploads');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    first.destroy();
    await until(() =>
      world.events.some((event) => event.type === 'request' && event.code === 'body-cut-off'),
    );
    expect((await post(world.baseUrl, [...fiveFields(), filePart('x')])).status).toBe(200);
  });

  it('are so many bytes in temporary files', async () => {
    await start({ limits: { maxSpool: 2 * MIB }, authorise: friends });
    const send = (size: number): ReturnType<typeof post> =>
      post(world.baseUrl, [filePart(randomBytes(size)), ...fiveFields({ auth: FRIENDS })], bearer);
    const { status, body } = await send(3 * MIB);
    expect({ status, error: body.error }).toEqual({ status: 429, error: 'too-many-uploads' });
    expect((await send(1.5 * MIB)).status).toBe(200);
    expect((await send(1.5 * MIB)).status).toBe(200);
  });

  describe('of strangers, whose fields come after their file,', () => {
    const fields = fiveFields({ auth: FRIENDS });
    const late = (size: number): ReturnType<typeof post> =>
      post(world.baseUrl, [filePart(randomBytes(size)), ...fields]);

    it('are small for each, unless the token comes first', async () => {
      await start({ limits: { maxStrangerSize: 2 * MIB }, authorise: friends });
      const { status, body } = await late(2 * MIB + 1);
      expect({ status, error: body.error }).toEqual({ status: 413, error: 'file-too-large' });
      expect(body.message).toMatch(/after its fields.*Authorization/);
      expect((await late(1.5 * MIB)).status).toBe(200);
      expect((await late(100_000)).status).toBe(200);
      const large = [filePart(randomBytes(3 * MIB)), ...fields];
      expect((await post(world.baseUrl, large, bearer)).status).toBe(200);
      const [op, auth, ...others] = fields;
      if (op === undefined || auth === undefined) throw new Error('The form has no fields.');
      const tokenFirst = [auth, filePart(randomBytes(3 * MIB)), op, ...others];
      expect((await post(world.baseUrl, tokenFirst)).status).toBe(200);
    });

    it('hold so much of one address and no more, while a client with a token finds a place', async () => {
      await start({ limits: { maxStrangerSpool: 3 * MIB, maxStrangerSize: 2 * MIB }, authorise: friends });
      const whole = encodeForm([filePart(randomBytes(2 * MIB - 1000)), ...fields]);
      const dribbling = begin();
      await arrived(dribbling, whole.subarray(0, MIB));
      expect((await late(1.5 * MIB)).body.error).toBe('too-many-uploads');
      const known = [filePart(randomBytes(3 * MIB)), ...fields];
      expect((await post(world.baseUrl, known, bearer)).status).toBe(200);
      dribbling.end(whole.subarray(MIB));
      expect((await answerOf(dribbling)).status).toBe(200);
      expect((await late(1.5 * MIB)).status).toBe(200);
    });

    it('hold so much all together', async () => {
      await start({ limits: { maxStrangersSpool: 3 * MIB, maxStrangerSize: 2 * MIB }, authorise: friends });
      const dribbling = begin();
      await arrived(dribbling, encodeForm([filePart(randomBytes(2 * MIB))]).subarray(0, MIB));
      expect((await late(1.5 * MIB)).body.error).toBe('too-many-uploads');
      dribbling.destroy();
      await until(async () => (await late(1.5 * MIB)).status === 200);
    });

    it('come with some speed', async () => {
      await start({ limits: { minStrangerRate: 1000 }, authorise: friends });
      const sent = begin();
      const whole = encodeForm([filePart(randomBytes(2 * MIB))]);
      await arrived(sent, whole.subarray(0, 15_000));
      await clock.advance(10_000);
      await arrived(sent, whole.subarray(15_000, 15_001));
      const answer = answerOf(sent);
      await clock.advance(10_000);
      expect((await answer).body).toMatchObject({ result: false, error: 'request-too-slow' });
      await nothingStays();
    });
  });

  it('are the share of a user, or of an address where no token proves one', async () => {
    const taken: string[] = [];
    await start({
      authorise: () => ({ allow: true, uid: 5 }),
      rateLimiter: {
        take: async (key) => {
          taken.push(key);
          return { allowed: false, retryAfter: 1500 };
        },
      },
    });
    const { status, body, headers } = await post(world.baseUrl, [...fiveFields(), filePart('x')]);
    expect({ status, error: body.error }).toEqual({ status: 429, error: 'rate-limited' });
    expect(headers.get('retry-after')).toBe('2');
    expect(taken).toEqual(['upload:address:127.0.0.1']);
    await nothingStays();
  });

  it('are the time in which a client must send something', async () => {
    await start({ limits: { idleTimeout: 1000 } });
    const sent = begin();
    const whole = encodeForm([...fiveFields(), filePart(randomBytes(20 * MIB))]);
    await arrived(sent, whole.subarray(0, 10 * MIB));
    await clock.advance(900);
    await arrived(sent, whole.subarray(10 * MIB, 11 * MIB));
    await clock.advance(900);
    let answered = false;
    const answer = answerOf(sent).finally(() => {
      answered = true;
    });
    await settled();
    expect(answered).toBe(false);
    await clock.advance(1000);
    expect(await answer).toMatchObject({
      status: 408,
      body: { error: 'request-too-slow', message: expect.stringContaining('sent nothing') },
    });
    await nothingStays();
  });

  it('do not count while it is the store that is slow', async () => {
    let goOn = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const beginLate = async (
      own: Signer,
      ...given: Parameters<Signer['begin']>
    ): ReturnType<Signer['begin']> => {
      await slow;
      return own.begin(...given);
    };
    await start({
      limits: { idleTimeout: 1000 },
      signer: (own) => ({ ...own, begin: (...given) => beginLate(own, ...given) }),
    });
    const sent = begin();
    const whole = encodeForm([...fiveFields(), filePart(randomBytes(20 * MIB))]);
    const answer = answerOf(sent);
    const half = arrived(sent, whole.subarray(0, 12 * MIB));
    await until(() => world.events.some(({ type }) => type === 'started'));
    for (let second = 0; second < 10; second += 1) {
      await settled();
      await clock.advance(900);
    }
    goOn();
    await half;
    // Now it is the client again.
    await clock.advance(2000);
    expect(await answer).toMatchObject({ status: 408, body: { error: 'request-too-slow' } });
    await nothingStays();
  });

  it('are the time for the fields before the file, however they trickle in', async () => {
    await start({ limits: { idleTimeout: 1000 } });
    const sent = begin();
    const whole = encodeForm([...fiveFields(), filePart('x')]);
    const answer = answerOf(sent);
    for (let at = 0; at < 6; at += 1) {
      await arrived(sent, whole.subarray(at, at + 1));
      await clock.advance(200);
    }
    expect(await answer).toMatchObject({ status: 408, body: { error: 'request-too-slow' } });
  });

  it('are the time for all of it', async () => {
    await start({ limits: { requestTimeout: 5000, idleTimeout: 1000 } });
    const sent = begin();
    const whole = encodeForm([...fiveFields(), filePart(randomBytes(100_000))]);
    const answer = answerOf(sent);
    for (let at = 0; at < 10; at += 1) {
      sent.write(whole.subarray(at * 5000, at * 5000 + 5000));
      await settled();
      await clock.advance(600);
    }
    await clock.advance(10_000);
    expect(await answer).toMatchObject({ status: 408, body: { error: 'request-too-slow' } });
    await nothingStays();
  });
});
