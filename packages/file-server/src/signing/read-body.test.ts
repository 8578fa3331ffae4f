import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALICE } from '../../test/signing/users.ts';
import { type Answer, BASE, fileFacts, openWorld } from '../../test/signing/world.ts';
import { OPERATIONS } from './operations.ts';

const PATHS = OPERATIONS.filter(({ method }) => method === 'POST').map(({ path }) => path);

/** How many cases each property is tried with; the gate tries thousands. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);

const world = openWorld({ limits: { maxJsonSize: 2_000 } });

function send(path: string, body: NonNullable<RequestInit['body']>, headers: object = {}): Promise<Answer> {
  return world.send(
    new Request(BASE + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${ALICE.token}`,
        ...headers,
      },
      body,
      duplex: 'half',
    } as RequestInit),
  );
}

function streamOf(...chunks: readonly (string | Error)[]): ReadableStream<Uint8Array> {
  const left = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const next = left.shift();
      if (next === undefined) controller.close();
      else if (next instanceof Error) controller.error(next);
      else controller.enqueue(new TextEncoder().encode(next));
    },
  });
}

const good = JSON.stringify(fileFacts());

describe('a body', () => {
  it.each([
    ['no JSON', 'uid=1', {}, 400, 'bad-json'],
    ['nothing', '', {}, 400, 'bad-json'],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), {}, 400, 'bad-json'],
    ['cut off within a letter', new Uint8Array([0x22, 0xc3]), {}, 400, 'bad-json'],
    ['of another type', good, { 'content-type': 'text/plain' }, 400, 'bad-json'],
    [
      'of a type that a form can have',
      good,
      { 'content-type': 'application/x-www-form-urlencoded' },
      400,
      'bad-json',
    ],
    ['too large', JSON.stringify({ pad: 'x'.repeat(2_000) }), {}, 413, 'body-too-large'],
    ['too large by its own account', good, { 'content-length': '2001' }, 413, 'body-too-large'],
    ['a list', '[]', {}, 400, 'invalid-argument'],
    ['a null', 'null', {}, 400, 'invalid-argument'],
  ] as const)('that is %s is refused', async (_, body, headers, status, code) => {
    const answer = await send('/v1/uploads', body, headers);
    expect([answer.status, answer.code]).toEqual([status, code]);
  });

  it('that grows too large on the way, or is cut off, is refused', async () => {
    const endless = streamOf(...Array.from({ length: 100 }, () => ' '.repeat(500)));
    expect((await send('/v1/uploads', endless)).code).toBe('body-too-large');
    expect((await send('/v1/uploads', streamOf('{"size":', new Error('reset')))).code).toBe('body-cut-off');
  });

  it('may come in pieces, with a charset, and with fields that nobody knows', async () => {
    const more = JSON.stringify(fileFacts({ name: 'Straße.jpg', colour: 'blue', digests: { sha1: 'x' } }));
    const bytes = new TextEncoder().encode(more);
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
        controller.close();
      },
    });
    const answer = await send('/v1/uploads', pieces, { 'content-type': 'Application/JSON; charset=utf-8' });
    expect(answer.status).toBe(200);
  });

  it('with mistakes is answered with their names, and never with what was sent', async () => {
    const secret = 'a-ticket-that-must-not-be-shown';
    const answer = await send(
      '/v1/uploads/sign',
      JSON.stringify({ ticket: [secret], parts: [{ number: secret }] }),
    );
    expect([answer.status, answer.code]).toEqual([400, 'invalid-argument']);
    expect(answer.text).toMatch(/ticket: .*parts\.0\.number: /);
    expect(answer.text).not.toContain(secret);
  });

  it.each([
    ['9223372036854775808', 2n ** 63n],
    ['-9223372036854775808', 2n ** 63n],
    ['-1', 2n ** 64n - 1n],
    ['18446744073709551615', 2n ** 64n - 1n],
    ['0', 0n],
    ['18446744073709551616', null],
    ['-9223372036854775809', null],
    ['1e3', null],
    ['0x10', null],
    [7, null],
  ])('with the message id %s is read as %s', async (mid, expected) => {
    world.users.asked.length = 0;
    const { status } = await send('/v1/uploads', JSON.stringify(fileFacts({ mid })));
    expect(status).toBe(expected === null ? 400 : 200);
    expect(world.users.asked.map((asked) => 'mid' in asked && asked.mid)).toEqual(
      expected === null ? [] : [expected],
    );
  });
});

it('nothing that can be posted is answered with a 5xx, or with no code', async () => {
  const leaf = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(
      -1,
      1.5,
      2 ** 53,
      1e308,
      '',
      '\u0000',
      '../..',
      '__proto__',
      'a'.repeat(500),
      null,
      [],
      {},
    ),
  );
  const name = fc.constantFrom(
    ...[
      'ticket',
      'parts',
      'manifest',
      'url',
      'size',
      'maxSize',
      'contentType',
      'name',
      'source',
      'uid',
      'mid',
    ],
    ...['transferId', 'secure', 'digests', 'storeTime', 'number', '__proto__', 'constructor'],
  );
  const ticket = (await world.begin({ size: 300 })).ticket;
  const body = fc
    .dictionary(name, fc.oneof(leaf, fc.array(fc.dictionary(name, leaf), { maxLength: 3 })))
    .chain((wild) =>
      fc.constantFrom(wild, { ...fileFacts(), ...wild }, { ticket, ...wild }, { ...wild, ticket }),
    );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PATHS), body, async (path, value) => {
      const { status, code } = await send(path, JSON.stringify(value));
      expect(status).toBeLessThan(500);
      if (status !== 200) expect(code).toMatch(/^[a-z-]+$/);
    }),
    { numRuns: RUNS },
  );
  expect(world.events.filter(({ type }) => type === 'fault')).toEqual([]);
}, 300_000);
