import { describe, expect, it, vi } from 'vitest';
import { describeQuotas } from '../../test/quota/describe-quotas.ts';
import { bytesOf, device } from '../../test/signing/device.ts';
import { ALICE, BOB } from '../../test/signing/users.ts';
import { fileFacts, openWorld, type World, type WorldOptions } from '../../test/signing/world.ts';
import { filePart, fiveFields, post } from '../../test/wire/forms.ts';
import { startWorld } from '../../test/wire/world.ts';
import { memoryQuotas } from './memory.ts';

describe('quotas in memory', () => {
  describeQuotas((rules) => {
    const quotas = memoryQuotas(rules);
    return { one: quotas, other: quotas };
  });

  it('have rules that make sense', () => {
    expect(() => memoryQuotas({ bytes: -1, files: 0.5, per: 1 })).toThrow(/bytes.*files.*per/);
  });
});

describe('uploads by signing', () => {
  const counted = (bytes: number, options: WorldOptions = {}): World =>
    openWorld({ quotas: memoryQuotas({ bytes }), ...options });
  const begin = (world: World, size: number, caller: { readonly token: string } = ALICE): Promise<number> =>
    world.post('/v1/uploads', fileFacts({ size }), caller).then(({ status }) => status);

  it('are refused beyond the quota of the user that the token proves, and say when to come again', async () => {
    const world = counted(100);
    expect(await begin(world, 90)).toBe(200);
    const refused = await world.post('/v1/uploads', fileFacts({ size: 20, uid: 5 }));
    expect([refused.status, refused.code]).toEqual([507, 'quota-exceeded']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await begin(world, 90, BOB)).toBe(200);
    expect(world.events.filter(({ type }) => type === 'fault')).toEqual([]);
    const told = expect.objectContaining({ type: 'refused', code: 'quota-exceeded', uid: 1 });
    expect(world.events).toContainEqual(told);
  });

  it('count what is stored', async () => {
    const world = counted(100);
    await device(world.store).upload(world.client().signer, bytesOf(60));
    expect(await begin(world, 41)).toBe(507);
    expect(await begin(world, 40)).toBe(200);
  });

  it('give back what is discarded, and what lapses', async () => {
    const world = counted(100);
    const { ticket } = await world.begin({ size: 90 });
    expect(await begin(world, 20)).toBe(507);
    expect((await world.post('/v1/uploads/discard', { ticket })).status).toBe(200);
    expect(await begin(world, 100)).toBe(200);
    expect(await begin(world, 1)).toBe(507);
    await world.clock.advance(24 * 3600 * 1000);
    expect(await begin(world, 100)).toBe(200);
  });

  it('give back what the hook refuses, and what the store can not begin', async () => {
    const world = counted(100, { onStored: () => ({ remove: 'Not this.' }) });
    const { signer } = world.client();
    await expect(device(world.store).upload(signer, bytesOf(60))).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(await begin(world, 100)).toBe(200);
    const broken = counted(100, {
      signer: (store) => ({ ...store.signer(), begin: () => Promise.reject(new Error('down')) }),
    });
    expect([await begin(broken, 90), await begin(broken, 90)]).toEqual([500, 500]);
  });

  it.each([
    ['keep', 507],
    [{ remove: 'Not this.' }, 200],
  ] as const)('are settled where a file that waited is decided on: %j', async (decision, next) => {
    const ids: string[] = [];
    const world = counted(100, {
      // Longer than a reservation lasts.
      quotas: memoryQuotas({ bytes: 100, per: 30 * 24 * 3600 * 1000 }),
      onStored: ({ id }) => {
        ids.push(id);
        return { later: 1 };
      },
    });
    const stop = new AbortController();
    const { signal } = stop;
    const sent = device(world.store).upload(world.client().signer, bytesOf(60), { signal });
    const ended = expect(sent).rejects.toMatchObject({ code: 'stopped' });
    await vi.waitFor(() => expect(ids).toHaveLength(1));
    stop.abort();
    await ended;
    await world.server.settle(ids[0] ?? '', decision);
    await world.clock.advance(24 * 3600 * 1000);
    expect(await begin(world, 41)).toBe(next);
  });

  it('are refused when the quotas can not be asked, and may be tried again', async () => {
    const failing = { reserve: () => Promise.reject(new Error('redis is down')) };
    const world = counted(100, { quotas: { ...memoryQuotas({}), ...failing } });
    const { status, body } = await world.post('/v1/uploads', fileFacts());
    expect([status, body]).toMatchObject([502, { error: { retryable: true } }]);
  });

  it('end when the token is revoked, before the owner would be asked again', async () => {
    let revoked = false;
    const world = counted(1000, { revoked: ({ uid }) => revoked && uid === 1 });
    const { ticket } = await world.begin({ size: 300 });
    const sign = { ticket, parts: [{ number: 1, size: 100, digests: { crc32: 'AAAAAA==' } }] };
    expect((await world.post('/v1/uploads/sign', sign)).status).toBe(200);
    revoked = true;
    expect((await world.post('/v1/uploads/sign', sign)).status).toBe(401);
  });
});

it('uploads by the upload URL count by their size, and give back what fails', async () => {
  const world = await startWorld({ quotas: memoryQuotas({ bytes: 100_000, files: 2 }) });
  const send = (size: number, token: string = 'let-me-in'): Promise<number> =>
    post(world.baseUrl, [...fiveFields({ auth: token }), filePart('x'.repeat(size))]).then(
      ({ status }) => status,
    );
  try {
    expect(await send(60_000)).toBe(200);
    expect(await send(60_000)).toBe(507);
    expect(await send(60_000, 'wrong')).toBe(401);
    expect(await send(30_000)).toBe(200);
    expect(await send(1)).toBe(507);
    expect(await world.keys()).toHaveLength(2);
  } finally {
    await world.close();
  }
});
