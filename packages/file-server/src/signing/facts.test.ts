import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Signer } from '@mesibo-files/handler-core';
import { diskStore, newDiskSecret } from '@mesibo-files/handler-disk';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BASE, fileFacts, openWorld, type World } from '../../test/signing/world.ts';

/** How many cases each property is tried with; the gate tries thousands. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 150);

/** Most cases must be accepted, else nothing is learned of the later calls. */
function mostly<Value>(good: fc.Arbitrary<Value>, wild: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: wild });
}

const blank = mostly(
  fc.constantFrom('', ' ', '\t', ' \t '),
  fc.constantFrom('\n', '\r\n', '\u00a0', '\u2003', '\v'),
);
const token = fc.stringMatching(/^[a-z0-9!#$&'*+.^_`|~-]{1,12}$/);
const inside = mostly(fc.constantFrom(...'ab \t"\\;=/'), fc.constantFrom(...',\u0000\u00a0é\n'));
const quoted = fc.string({ unit: inside, maxLength: 5 }).map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`);
const parameter = fc
  .tuple(blank, blank, token, fc.oneof(token, quoted))
  .map(([before, after, name, value]) => `${before};${after}${name}=${value}`);
const contentType = fc
  .tuple(blank, token, token, fc.array(parameter, { maxLength: 2 }), blank)
  .map(([before, type, subtype, more, after]) => `${before}${type}/${subtype}${more.join('')}${after}`);
const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(...'a"\\\u0000\ud800\u202e/..😀\n'), maxLength: 30 }),
  fc.constantFrom('"', '\\', '😀', '\ud800', 'x').map((one) => one.repeat(4096 / one.length)),
);
const edges = fc.constantFrom(-1, 2 ** 32, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, -0, 1.5);
const whole = mostly(fc.nat(), edges);
const mid = mostly(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map(String),
  fc.constantFrom('-0', '00000000000000000007', '', '+1', String(2n ** 64n)),
);
const body = fc.record(
  {
    size: mostly<number | null>(fc.constantFrom(null, 0, 1, 100, 101, 1999), edges),
    maxSize: mostly<number | null>(fc.constantFrom(null, 2000), edges),
    contentType,
    name,
    source: whole,
    uid: whole,
    mid,
    transferId: mostly(fc.stringMatching(/^[\x21-\x7e]{1,128}$/), fc.string({ maxLength: 130 })),
    secure: fc.boolean(),
    digests: mostly<object>(
      fc.constantFrom({}, { crc32: 'AAAAAA==' }),
      fc.constantFrom({ crc32: 'A' }, { sha256: 'x'.repeat(88) }, { md5: '' }),
    ),
  },
  { requiredKeys: ['size'] },
);

interface Begun {
  readonly ticket: string;
  readonly shape: 'single' | 'parts' | 'session';
  readonly size: number | null;
  readonly partSize?: number;
}

/** What may be said of an upload whose parts never came. Never that its ticket is none. */
const FINE = new Set(['', 'upload-gone', 'object-not-found', 'size-mismatch']);

async function fine(world: World, path: string, request: object): Promise<void> {
  const { status, code, text } = await world.post(path, request);
  expect([path, text.slice(0, 300), status < 500, FINE.has(code ?? '')]).toEqual([
    path,
    text.slice(0, 300),
    true,
    true,
  ]);
}

describe.each(['memory', 'disk'] as const)('what begin accepts, with the %s store,', (kind) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'facts-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(['parts', 'session'] as const)(
    'resume, sign, commit and discard accept: %s',
    async (shape) => {
      const disk = diskStore({
        folder,
        secrets: [newDiskSecret()],
        storeUrl: `${BASE}/disk`,
        publicUrl: `${BASE}/files`,
        singleUpTo: shape === 'session' ? 100 : 10_000,
      });
      if (kind === 'disk') await disk.start();
      const signer = (
        store: Parameters<NonNullable<Parameters<typeof openWorld>[0]>['signer'] & object>[0],
      ): Signer => (kind === 'disk' ? disk.signer : store.signer({ shape, singleUpTo: 100, partSize: 100 }));
      const world = openWorld({ signer });
      let accepted = 0;
      await fc.assert(
        fc.asyncProperty(body, async (facts) => {
          const begun = await world.post('/v1/uploads', fileFacts(facts));
          expect(begun.status).toBeLessThan(500);
          if (begun.status !== 200) return;
          accepted += 1;
          const { ticket, size, partSize = size, ...plan } = begun.body as Begun;
          const bytes = plan.shape === 'session' ? size : Math.min(size ?? 100, partSize ?? 100);
          const digests = { crc32: 'AAAAAA==' };
          await fine(world, '/v1/uploads/resume', { ticket });
          await fine(world, '/v1/uploads/sign', { ticket, parts: [{ number: 1, size: bytes, digests }] });
          await fine(world, '/v1/uploads/commit', {
            ticket,
            manifest: { size: size ?? 0, parts: [], digests },
          });
          await fine(world, '/v1/uploads/discard', { ticket });
        }),
        { numRuns: RUNS },
      );
      expect(accepted).toBeGreaterThan(RUNS / 10);
      expect(world.events.filter(({ type }) => type === 'fault')).toEqual([]);
    },
    300_000,
  );
});
