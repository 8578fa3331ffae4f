import { expect, it } from 'vitest';
import { bench, bytesOf } from '../../../test/bench.ts';
import type { HttpAnswer, HttpPort } from '../../ports/ports.ts';
import type { SessionPlan } from '../../signer/plan.ts';
import type { Signer } from '../../signer/signer.ts';

const bytes = bytesOf(100);
const answers = { code: [], rules: [{ status: 308, means: 'more' }] } as const;

/** A session store of its own: it may lose what it held, and claim what it does not hold. */
function forgetful(answer: (held: number, request: number) => number) {
  let held = new Uint8Array(0);
  let requests = 0;
  const http: HttpPort = {
    async send({ body, headers, signal }): Promise<HttpAnswer> {
      requests += 1;
      const first = Number(headers.first ?? held.length);
      const slices: Uint8Array[] = [];
      for await (const slice of body?.slices() ?? []) slices.push(slice.slice());
      if (signal.aborted) throw signal.reason;
      if (first === held.length) held = Buffer.concat([held, ...slices]);
      const offset = answer(held.length, requests);
      held = held.subarray(0, offset);
      const done = held.length === bytes.length;
      return {
        status: done ? 200 : 308,
        headers: { offset: String(offset) },
        consume: async () => undefined,
        text: async () => '',
        discard: async () => undefined,
      };
    },
  };
  return { http, held: () => held };
}

/** A signer of such a store, around one that knows tickets and journals nothing. */
function signerFor(inner: Signer, held: () => Uint8Array): Signer {
  const plan = (ticket: string): SessionPlan => ({
    shape: 'session',
    ticket,
    size: bytes.length,
    chunkSize: 10,
    maxSize: 1000,
    answers,
    integrity: { parts: [], whole: ['crc32'], proof: 'length' },
    serverTime: 0,
    keptFor: 1000,
    signed: [],
    dialect: {
      chunkMultiple: 1,
      chunk: [{ name: 'first', value: '{first}' }],
      finish: [],
      last: [],
      lastDigests: [],
      ask: { method: 'PUT', headers: [] },
      offset: { header: 'offset', prefix: '', counts: 'next', absent: 0 },
    },
  });
  const object = { contentType: '', version: null, integrity: { kind: 'none' }, name: null } as const;
  return {
    ...inner,
    begin: async () => plan('ticket'),
    sign: async (_, wanted) =>
      wanted.map(({ number }) => ({
        number,
        request: { method: 'PUT', url: 'https://store.invalid/', headers: {}, timeToLive: 1e9 },
      })),
    resume: async (ticket) => ({ plan: plan(ticket), stored: { state: 'offset', offset: held().length } }),
    commit: async () => ({
      state: 'stored',
      object: { ...object, size: held().length, url: 'https://store.invalid/a', key: 'a' },
    }),
    discard: async () => undefined,
  };
}

it('a session that went back, was stopped and continued is still the same file', async () => {
  const controller = new AbortController();
  const store = forgetful((held, request) => {
    if (request === 4) return 15;
    if (request === 9) controller.abort();
    return held;
  });
  const b = bench({}, [], { ports: { http: store.http } });
  const signer = signerFor(b.signer, store.held);
  await expect(b.send(bytes, '/in.bin', { signer, signal: controller.signal })).rejects.toMatchObject({
    code: 'stopped',
  });
  expect(store.held().length).toBeGreaterThan(50);
  await expect(b.send(bytes, '/in.bin', { signer })).resolves.toMatchObject({ size: 100 });
  expect(Buffer.compare(store.held(), bytes)).toBe(0);
});

it('a session that claims bytes which were not sent is a bad answer, not a fault of ours', async () => {
  const store = forgetful((held, request) => (request === 3 ? 5000 : held));
  const b = bench({}, [], { ports: { http: store.http } });
  const signer = signerFor(b.signer, store.held);
  await expect(b.send(bytes, '/in.bin', { signer })).rejects.toMatchObject({ code: 'bad-answer' });
});

it('a session that takes chunks and stays where it is fails in the end', async () => {
  const store = forgetful((held) => Math.min(held, 20));
  const b = bench({}, [], { ports: { http: store.http }, limits: { attempts: 4, retryBase: 1 } });
  const signer = signerFor(b.signer, store.held);
  await expect(b.send(bytes, '/in.bin', { signer })).rejects.toMatchObject({ code: 'server-error' });
});
