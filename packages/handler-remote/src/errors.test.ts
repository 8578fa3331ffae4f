import { type ErrorCode, TransferError } from '@mesibo-files/handler-core';
import { describe, expect, it } from 'vitest';
import { call, problem, stub, TICKET, TOKEN } from '../test/server.ts';

/** Everything that an error shows to a close look. */
function shown(error: unknown, seen: ReadonlySet<unknown> = new Set()): string {
  if (typeof error !== 'object' || error === null || seen.has(error)) return String(error);
  const names = Object.getOwnPropertyNames(error);
  return names.map((name) => shown(Reflect.get(error, name), new Set([...seen, error]))).join(' ');
}

async function errorOf(answer: () => Response | Promise<Response>): Promise<TransferError> {
  const { signer } = stub(answer);
  const error = await signer.resume(TICKET, call).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!TransferError.is(error)) throw new Error(`no TransferError: ${String(error)}`);
  const text = shown(error);
  for (const secret of [TOKEN, TICKET, 'https://']) expect(text).not.toContain(secret);
  return error;
}

describe('what the server refuses', () => {
  it.each([
    [413, 'file-too-large', false, 'file-too-large'],
    [404, 'object-not-found', false, 'object-not-found'],
    [502, 'credentials-wrong', false, 'credentials-wrong'],
    [502, 'bucket-not-found', false, 'bucket-not-found'],
    [403, 'forbidden', false, 'forbidden'],
    [503, 'clock-skewed', true, 'clock-skewed'],
    [403, 'ticket-refused', false, 'invalid-argument'],
    [410, 'ticket-over', false, 'upload-gone'],
    [429, 'rate-limited', true, 'throttled'],
    [503, 'shutting-down', true, 'server-error'],
    [503, 'authorise-failed', true, 'server-error'],
    [404, 'no-such-route', false, 'bad-answer'],
    [400, 'bad-json', false, 'invalid-argument'],
    // Said of the server, they would mean something else here.
    [503, 'stopped', true, 'server-error'],
    [507, 'disk-full', false, 'quota-exceeded'],
    [503, 'offline', true, 'server-error'],
    [500, 'internal', true, 'server-error'],
    [418, 'a-code-of-the-future', true, 'bad-answer'],
    [503, 'a-code-of-the-future', true, 'server-error'],
    [403, 'constructor', false, 'forbidden'],
  ] as const)('%i %s is an error of ours', async (status, code, retryable, expected: ErrorCode) => {
    const error = await errorOf(() => problem(status, { code, retryable, message: 'It says why.' }));
    expect([error.code, error.retryable]).toEqual([expected, retryable]);
    expect(error.message).toBe('asking what is stored: It says why.');
  });

  it('waits as long as it is told to', async () => {
    const error = await errorOf(() =>
      problem(429, { code: 'rate-limited', retryable: true }, { 'retry-after': '7' }),
    );
    expect(error.retryAfter).toBe(7_000);
  });

  it('shows no sentence that repeats a secret, or a URL', async () => {
    for (const message of [`bad token ${TOKEN}`, `bad ticket ${TICKET}`, 'see https://bucket/key?sig=1']) {
      const error = await errorOf(() => problem(403, { code: 'forbidden', message }));
      expect(error.message).toBe('asking what is stored: forbidden');
    }
    const long = await errorOf(() =>
      problem(403, { code: 'forbidden', message: `a\n\u202eb${'c'.repeat(999)}` }),
    );
    expect(long.message).toMatch(/^asking what is stored: a bc{200,300}$/);
  });
});

describe('an answer that is none of the server', () => {
  it.each([
    [200, 'bad-answer'],
    [301, 'bad-answer'],
    [401, 'unauthorised'],
    [403, 'forbidden'],
    [404, 'bad-answer'],
    [408, 'timeout'],
    [429, 'throttled'],
    [502, 'server-error'],
    [504, 'timeout'],
  ] as const)('with %i is %s', async (status, code) => {
    const error = await errorOf(() => new Response('<!doctype html>', { status }));
    expect(error.code).toBe(code);
  });

  it('with half a problem goes by its status', async () => {
    const halves = [{}, { error: null }, { error: { code: 7 } }, { error: { code: 'A B' } }, [], null, 'x'];
    for (const half of halves) {
      expect((await errorOf(() => Response.json(half, { status: 503 }))).code).toBe('server-error');
    }
  });

  it('with more bytes than any answer has is given up', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(1024 * 1024));
      },
    });
    const error = await errorOf(() => new Response(endless));
    expect(error.code).toBe('bad-answer');
    expect(sent).toBeLessThan(20);
  });
});

describe('the way there', () => {
  it('failing is `network`, with the code of the system and nothing else', async () => {
    const cause = Object.assign(new Error(`connect to https://files.example.com with ${TOKEN}`), {
      code: 'ECONNREFUSED',
    });
    const error = await errorOf(() => Promise.reject(new TypeError(`fetch failed: ${TOKEN}`, { cause })));
    expect([error.code, error.retryable]).toEqual(['network', true]);
    expect(error.message).toBe('asking what is stored: the file server can not be reached (ECONNREFUSED)');
  });

  it('cut off amid the answer is `network`, too', async () => {
    const cut = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"plan":'));
        controller.error(new Error('reset'));
      },
    });
    expect((await errorOf(() => new Response(cut))).code).toBe('network');
  });
});
