import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  BASE,
  call,
  capabilities,
  FILE_URL,
  object,
  plans,
  problem,
  readPlan,
  stub,
  TICKET,
  TOKEN,
} from '../test/server.ts';
import { remoteSigner } from './index.ts';

const [single] = plans;
const manifest = { size: 10, parts: [], digests: {}, answered: true };
const facts = {
  size: 10,
  maxSize: null,
  contentType: 'image/jpeg',
  name: 'cat.jpg',
  source: 0,
  uid: 1,
  mid: 2n ** 64n - 1n,
  transferId: 't',
  digests: {},
};

describe('a call', () => {
  it('shows the token, asks for no redirect, and writes the message id in decimal', async () => {
    const { signer, asked } = stub(() => Response.json(single));
    expect(await signer.begin(facts, call)).toEqual(single);
    const [one] = asked;
    expect([one?.method, one?.path]).toEqual(['POST', '/v1/uploads']);
    expect(one?.headers.get('authorization')).toBe(`Bearer ${TOKEN}`);
    expect(one?.headers.get('content-type')).toBe('application/json');
    expect(one?.body).toEqual({ ...facts, mid: '18446744073709551615' });
  });

  it("passes on the store's time, and not what it has seen of the store", async () => {
    const { signer, asked } = stub(({ path }) =>
      Response.json(path.endsWith('sign') ? { parts: single?.signed } : { state: 'gone' }),
    );
    expect(await signer.sign(TICKET, [], { ...call, storeTime: 5 })).toEqual(single?.signed);
    await signer.sign(TICKET, [], { ...call, refusal: 'ExpiredToken' });
    await signer.sign(TICKET, [], { ...call, refusal: 'no code at all' });
    expect(await signer.commit(TICKET, manifest, call)).toEqual({ state: 'gone' });
    expect(asked.map(({ body }) => body)).toEqual([
      { ticket: TICKET, parts: [], storeTime: 5 },
      { ticket: TICKET, parts: [], refusal: 'ExpiredToken' },
      { ticket: TICKET, parts: [] },
      { ticket: TICKET, manifest: { size: 10, parts: [], digests: {} } },
    ]);
  });

  it('is made by the path of the base URL, with or without a slash at its end', async () => {
    for (const baseUrl of [BASE, `${BASE}/`]) {
      const urls: string[] = [];
      const signer = remoteSigner({
        baseUrl,
        token: TOKEN,
        fetch: async (url) => {
          urls.push(url);
          return Response.json({});
        },
      });
      await signer.discard(TICKET, call);
      expect(urls).toEqual([`${BASE}/v1/uploads/discard`]);
      expect(signer.owns(FILE_URL)).toBe(true);
    }
  });
});

describe('the token', () => {
  it('is asked for before each call, and once more when it is refused', async () => {
    let issued = 0;
    const { signer, asked } = stub(
      ({ headers }) =>
        headers.get('authorization') === 'Bearer token-2'
          ? Response.json({})
          : problem(401, { code: 'unauthorised' }),
      { token: async () => `token-${++issued}` },
    );
    await signer.discard(TICKET, call);
    expect(asked).toHaveLength(2);
    await expect(signer.discard(TICKET, call)).rejects.toMatchObject({ code: 'unauthorised' });
    expect([asked.length, issued]).toEqual([4, 4]);
  });

  it('that is still the same is not tried again', async () => {
    const { signer, asked } = stub(() => problem(401, { code: 'unauthorised' }));
    await expect(signer.discard(TICKET, call)).rejects.toMatchObject({ code: 'unauthorised' });
    expect(asked).toHaveLength(1);
  });

  it('that is none is never sent, nor shown', async () => {
    const tokens = ['', 'two words', 'line\nbreak', 'schlüssel', undefined, 7];
    for (const token of tokens) {
      const { signer, asked } = stub(() => Response.json({}), { token: () => token as string });
      const error: unknown = await signer.discard(TICKET, call).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'unauthorised', message: 'discarding: there is no token' });
      expect(asked).toHaveLength(0);
    }
    const { signer } = stub(() => Response.json({}), { token: () => Promise.reject(new Error(TOKEN)) });
    const error: unknown = await signer.discard(TICKET, call).catch((thrown: unknown) => thrown);
    expect([error, error instanceof Error && error.cause]).toMatchObject([
      { code: 'unauthorised' },
      undefined,
    ]);
  });
});

describe('what the server can do', () => {
  it('is asked once, also by many at a time; a failure is not kept', async () => {
    let failing = true;
    const { signer, asked } = stub(() =>
      failing ? problem(503, { code: 'not-ready' }) : Response.json(capabilities),
    );
    await expect(signer.capabilities(call)).rejects.toMatchObject({ code: 'server-error' });
    failing = false;
    const all = await Promise.all([signer.capabilities(call), signer.capabilities(call)]);
    expect([...all, await signer.capabilities(call)]).toEqual([capabilities, capabilities, capabilities]);
    expect(asked).toHaveLength(2);
  });

  it('goes on being asked for those who wait, when the first of them stops', async () => {
    let answer: (response: Response) => void = () => undefined;
    const held = new Promise<Response>((resolve) => {
      answer = resolve;
    });
    const { signer } = stub(() => held);
    const stop = new AbortController();
    const first = signer.capabilities({ signal: stop.signal });
    const second = signer.capabilities(call);
    stop.abort();
    await expect(first).rejects.toMatchObject({ code: 'stopped' });
    answer(Response.json(capabilities));
    expect(await second).toEqual(capabilities);
  });
});

describe('file URLs', () => {
  it('of others are refused with no call', async () => {
    const { signer, asked } = stub(() => Response.json(readPlan));
    for (const url of [
      `${FILE_URL}?x=1`,
      'https://files.example.com/files/a',
      `${BASE}/files/../a`,
      `${BASE}/v1/a`,
    ]) {
      expect(signer.owns(url)).toBe(false);
      await expect(signer.read(url, call)).rejects.toMatchObject({ code: 'foreign-url' });
      await expect(signer.remove(url, call)).rejects.toMatchObject({ code: 'foreign-url' });
    }
    expect(asked).toHaveLength(0);
    expect(await signer.read(FILE_URL, call)).toEqual(readPlan);
  });

  it('of a stored file must be the server’s own', async () => {
    for (const url of ['https://bucket.s3.amazonaws.com/0/2026/01/abc/cat.jpg', `${FILE_URL}x`]) {
      const stored = { state: 'stored', object: { ...object, url } };
      const { signer } = stub(() => Response.json(stored));
      await expect(signer.commit(TICKET, manifest, call)).rejects.toMatchObject({
        code: 'bad-answer',
        retryable: false,
      });
      const resumed = stub(() =>
        Response.json({ plan: null, stored: { state: 'committed', object: { ...object, url } } }),
      );
      await expect(resumed.signer.resume(TICKET, call)).rejects.toMatchObject({ code: 'bad-answer' });
    }
  });
});

describe('time', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('over is `timeout`, and the request is ended', async () => {
    const { signer, asked } = stub(() => new Promise(() => undefined), { timeout: 500 });
    const outcome = signer.discard(TICKET, call).catch((thrown: unknown) => thrown);
    await vi.advanceTimersByTimeAsync(499);
    expect(asked[0]?.signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome).toMatchObject({ code: 'timeout', retryable: true });
    expect([asked[0]?.signal?.aborted, vi.getTimerCount()]).toEqual([true, 0]);
  });

  it('is not waited for after a stop', async () => {
    const stop = new AbortController();
    const { signer, asked } = stub(() => new Promise(() => undefined));
    const outcome = signer.discard(TICKET, { signal: stop.signal }).catch((thrown: unknown) => thrown);
    await vi.advanceTimersByTimeAsync(1);
    stop.abort();
    expect(await outcome).toMatchObject({ code: 'stopped' });
    expect([asked[0]?.signal?.aborted, vi.getTimerCount()]).toEqual([true, 0]);
    await expect(signer.discard(TICKET, { signal: stop.signal })).rejects.toMatchObject({ code: 'stopped' });
    expect(asked).toHaveLength(1);
  });
});

it('wrong options are named all at once', () => {
  const wrong = { baseUrl: 'ftp://x', token: '', timeout: 0, fetch: 7 as never };
  expect(() => remoteSigner(wrong)).toThrow(/baseUrl: .*token: .*timeout: .*fetch: /);
  expect(() => remoteSigner({ baseUrl: `${BASE}?a=b`, token: TOKEN })).toThrow(/baseUrl/);
});

it('lists nothing that is unfinished', async () => {
  const { signer, asked } = stub(() => Response.json({}));
  for await (const _ of signer.unfinished(0, call)) throw new Error('nothing is listed');
  expect(asked).toHaveLength(0);
});
