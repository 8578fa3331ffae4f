import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyBytes, bodyOf, bytesOf, call, factsOf } from '../../test/by-hand.ts';
import type { HttpRequest } from '../ports/ports.ts';
import { type Fault, faultyHttp } from './faulty-http.ts';
import { httpAnswer } from './http-messages.ts';
import { manualClock, seededRandom } from './manual-ports.ts';
import { seal } from './signed-url.ts';
import { memoryStore } from './store.ts';

it('seals are the HMAC-SHA-256 of Node', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (secret, text) => {
      expect(seal(secret, text)).toBe(createHmac('sha256', secret).update(text).digest('base64url'));
    }),
  );
});

describe('manualClock', () => {
  it('calls back in order, as time goes, and what they start meanwhile', async () => {
    const clock = manualClock(1000);
    const called: string[] = [];
    clock.after(20, () => called.push('late'));
    clock.after(10, () => {
      called.push(`early ${clock.monotonic()}`);
      clock.after(5, () => called.push(`again ${clock.now()}`));
    });
    clock.after(12, () => called.push('never'))();
    await clock.advance(16);
    expect(called).toEqual(['early 10', 'again 1015']);
    expect(clock.timers).toBe(1);
    clock.setNow(5);
    await clock.advance(4);
    expect(called).toEqual(['early 10', 'again 1015', 'late']);
    expect([clock.now(), clock.monotonic()]).toEqual([9, 20]);
  });
});

it('seededRandom is the same in every run', () => {
  const [one, two, other] = [seededRandom(1), seededRandom(1), seededRandom(2)];
  expect(one.bytes(20)).toEqual(two.bytes(20));
  expect(one.bytes(20)).not.toEqual(other.bytes(20));
  const fractions = Array.from({ length: 1000 }, () => one.fraction());
  expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...fractions)).toBeLessThan(1);
});

describe('faultyHttp', () => {
  const clock = manualClock();
  /** Echoes the body, and notes what arrived. */
  function echo(plan: readonly Fault[]) {
    const arrived: Uint8Array[] = [];
    const http = faultyHttp(
      {
        async send(request) {
          const slices: Uint8Array[] = [];
          for await (const slice of request.body?.slices() ?? []) slices.push(slice);
          arrived.push(Uint8Array.from(slices.flatMap((slice) => [...slice])));
          return httpAnswer({ status: 200, body: slices }, clock.now(), request.signal);
        },
      },
      clock,
      plan,
    );
    const send = (more: Partial<HttpRequest> = {}) =>
      http.send({
        method: 'PUT',
        url: 'https://x/a?part=3',
        headers: {},
        body: bodyOf(bytesOf(20)),
        ...call,
        ...more,
      });
    return { arrived, send };
  }

  it('loses answers, cuts requests, and refuses', async () => {
    const { arrived, send } = echo([
      { do: 'lose-answer', nth: 1 },
      { do: 'cut-request', after: 9, nth: 2 },
      { do: 'refuse', nth: 3 },
    ]);
    for (let count = 0; count < 3; count++) await expect(send()).rejects.toMatchObject({ code: 'network' });
    expect(arrived).toEqual([bytesOf(20)]);
    expect((await send()).status).toBe(200);
  });

  it('cuts and corrupts answers', async () => {
    const { send } = echo([
      { do: 'cut-answer', after: 9, nth: 1 },
      { do: 'corrupt-answer', at: 9, nth: 2 },
      { do: 'corrupt-request', at: 19, nth: 3 },
    ]);
    const got: number[] = [];
    const cut = (await send()).consume((chunk) => void got.push(...chunk));
    await expect(cut).rejects.toMatchObject({ code: 'network' });
    expect(got).toEqual([...bytesOf(9)]);
    const differs = async () => {
      const bytes = await bodyBytes(await send());
      return [...bytes.entries()].filter(([at, byte]) => byte !== bytesOf(20)[at]).map(([at]) => at);
    };
    expect([await differs(), await differs(), await differs()]).toEqual([[9], [19], []]);
  });

  it('takes a body before it breaks, hangs or answers, and strikes only one direction from a request on', async () => {
    const { arrived, send } = echo([
      { do: 'cut-request', after: 9, unheard: true, first: 2, times: 1, direction: 'upload' },
      { do: 'answer', status: 503, afterBody: true, first: 3, times: 1, direction: 'upload' },
      { do: 'hang', afterBody: true, first: 4, direction: 'upload' },
    ]);
    let sent = 0;
    const controller = new AbortController();
    const put = () => send({ onSent: (bytes) => (sent += bytes), signal: controller.signal });
    expect((await put()).status).toBe(200);
    expect((await send({ method: 'GET' })).status).toBe(200);
    await expect(put()).rejects.toMatchObject({ code: 'network' });
    expect(sent).toBe(9);
    expect((await put()).status).toBe(503);
    expect(sent).toBe(29);
    const hanging = put();
    controller.abort();
    await expect(hanging).rejects.toMatchObject({ code: 'stopped' });
    expect(sent).toBe(49);
    expect(arrived).toHaveLength(2);
  });

  it('answers for the server, hangs until aborted, and delays', async () => {
    const { arrived, send } = echo([
      { do: 'answer', status: 502, headers: { a: 'b' }, body: 'proxy', method: 'GET' },
      { do: 'hang', path: 'part=3', nth: [1] },
      { do: 'delay', milliseconds: 50, path: /part=3/, nth: 2 },
    ]);
    const answer = await send({ method: 'GET', url: 'https://x/' });
    expect([answer.status, answer.headers.a, await answer.text(3)]).toEqual([502, 'b', 'pro']);
    const controller = new AbortController();
    const hanging = send({ signal: controller.signal });
    controller.abort();
    await expect(hanging).rejects.toMatchObject({ code: 'stopped' });
    expect(arrived).toEqual([]);
    let done = false;
    const delayed = send().then(() => {
      done = true;
    });
    await clock.advance(49);
    expect(done).toBe(false);
    await clock.advance(1);
    await delayed;
  });
});

describe("the store's own faults", () => {
  it('lose the answer of a signer, or keep it from working', async () => {
    const store = memoryStore();
    const signer = store.signer();
    store.faults.afterSigner = (method) => {
      if (method === 'begin') throw new Error('lost');
    };
    await expect(signer.begin(factsOf(5), call)).rejects.toThrow('lost');
    expect(store.unfinished()).toBe(1);
    store.faults.beforeSigner = () => {
      throw new Error('down');
    };
    await expect(signer.begin(factsOf(5), call)).rejects.toThrow('down');
    expect(store.unfinished()).toBe(1);
  });

  it('delay a request until it is stopped', async () => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    store.faults.delay = () => 1000;
    const controller = new AbortController();
    const request = { method: 'GET', url: `${store.baseUrl}/a`, headers: {}, signal: controller.signal };
    const sent = store.http.send(request);
    controller.abort();
    await expect(sent).rejects.toMatchObject({ code: 'stopped' });
    const slow = store.http.send({ ...request, ...call });
    await clock.advance(999);
    expect(store.requests.map(({ status }) => status)).toEqual([null, null]);
    await clock.advance(1);
    expect((await slow).status).toBe(403);
    expect(store.requests.map(({ status }) => status)).toEqual([null, 403]);
  });
});
