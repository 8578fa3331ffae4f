import { TransferError } from '@mesibo-files/handler-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { call, capabilities, FILE_URL, object, plans, readPlan, stub, TICKET } from '../test/server.ts';

/** How many cases each property is tried with; the gate tries thousands. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);

type Place = readonly (string | number)[];

/** Every place in a value, itself among them. */
function placesOf(value: unknown, at: Place = []): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inner = Object.entries(value).flatMap(([name, each]) => placesOf(each, [...at, name]));
  return [at, ...inner];
}

function replaced(value: unknown, [name, ...rest]: Place, by: unknown): unknown {
  if (name === undefined) return by;
  const copy: Record<string, unknown> = { ...(value as object) };
  copy[name] = replaced(copy[name], rest, by);
  return Array.isArray(value) ? Object.assign([...value], copy) : copy;
}

const manifest = { size: 10, parts: [], digests: {}, answered: false };
const part = { number: 1, size: 5, digests: { crc32: 'AAAAAA==' } };

type Signer = ReturnType<typeof stub>['signer'];

/** Good answers, and the call that each is the answer of. */
const ANSWERS: readonly (readonly [answer: unknown, ask: (signer: Signer) => Promise<unknown>])[] = [
  [capabilities, (signer) => signer.capabilities(call)],
  ...plans.map((plan) => [plan, (signer: Signer) => signer.begin({} as never, call)] as const),
  ...plans.map(
    (plan) =>
      [
        { plan, stored: { state: 'parts', parts: [part] } },
        (signer: Signer) => signer.resume(TICKET, call),
      ] as const,
  ),
  [{ plan: null, stored: { state: 'offset', offset: null } }, (signer) => signer.resume(TICKET, call)],
  [{ plan: null, stored: { state: 'committed', object } }, (signer) => signer.resume(TICKET, call)],
  [{ state: 'stored', object }, (signer) => signer.commit(TICKET, manifest, call)],
  [{ state: 'missing', parts: [1, 2] }, (signer) => signer.commit(TICKET, manifest, call)],
  [
    { state: 'refused', code: 'size-mismatch', reason: 'too short' },
    (signer) => signer.commit(TICKET, manifest, call),
  ],
  [readPlan, (signer) => signer.read(FILE_URL, call)],
];

describe('an answer', () => {
  it('that is good arrives as it is, without what nobody knows', async () => {
    for (const [answer, ask] of ANSWERS) {
      expect(await ask(stub(() => Response.json(answer)).signer)).toEqual(answer);
      const more = { ...(answer as object), __proto__: null, colour: 'blue' };
      expect(await ask(stub(() => Response.json(more)).signer)).toEqual(answer);
    }
  });

  it('that is wrong anywhere is `bad-answer`, or has all types right', async () => {
    const wrong = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(
        -1,
        1.5,
        2 ** 60,
        '',
        'javascript:alert(1)',
        'file:///etc/passwd',
        'a\r\nb: c',
        {},
        [],
        null,
      ),
    );
    const at = fc.nat(ANSWERS.length - 1).chain((index) => {
      const places = placesOf(ANSWERS[index]?.[0]);
      return fc.tuple(fc.constant(index), fc.constantFrom(...places), wrong);
    });
    await fc.assert(
      fc.asyncProperty(at, async ([index, place, by]) => {
        const [answer, ask] = ANSWERS[index] ?? [];
        const changed = replaced(answer, place, by);
        const { signer } = stub(() => Response.json(changed));
        const got: unknown = await ask?.(signer).catch((error: unknown) => error);
        if (TransferError.is(got)) expect(got.code).toBe('bad-answer');
        else sameTypes(got, answer, place);
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    ['a URL of another scheme', { url: 'ftp://bucket.example.com/key' }],
    ['a URL with a user', { url: 'https://user:password@bucket.example.com/key' }],
    ['a header with a line break', { headers: { 'x-a': 'b\r\nhost: evil.example' } }],
    ['a header name with a colon', { headers: { 'x:a': 'b' } }],
    ['a header in capitals', { headers: { 'X-A': 'b' } }],
    ['a header of another type', { headers: { 'x-a': 7 } }],
    ['another method', { method: 'CONNECT' }],
    ['no time to live', { timeToLive: 0 }],
  ])('with %s to be sent is refused', async (_, changes) => {
    const [plan] = plans;
    const signed = plan?.signed.map((each) => ({ ...each, request: { ...each.request, ...changes } }));
    const { signer } = stub(() => Response.json({ ...plan, signed }));
    const error: unknown = await signer.begin({} as never, call).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'bad-answer' });
    expect(String(error)).not.toContain('://');
  });

  it('of a newer server may name codes that this one does not know', async () => {
    const [plan] = plans;
    const answers = { code: [], rules: [{ status: 418, means: 'refused', error: 'teapot' }] };
    const { signer } = stub(() => Response.json({ ...plan, answers }));
    const got = await signer.begin({} as never, call);
    expect(got.answers.rules).toEqual([{ status: 418, means: 'refused', error: 'store-refused' }]);
  });
});

/** What was let through is of the same types as a good answer, down to the place that was changed. */
function sameTypes(got: unknown, good: unknown, place: Place): void {
  const [name, ...rest] = place;
  expect(Array.isArray(got)).toBe(Array.isArray(good));
  if (
    name !== undefined &&
    typeof got === 'object' &&
    typeof good === 'object' &&
    got !== null &&
    good !== null
  ) {
    sameTypes(Reflect.get(got, name) ?? Reflect.get(good, name), Reflect.get(good, name), rest);
  } else if (got !== null && good !== null) {
    expect(typeof got).toBe(typeof good);
  }
}
