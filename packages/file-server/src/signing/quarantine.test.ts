import { crc32 } from 'node:zlib';
import { TransferError } from '@mesibo-files/handler-core';
import { toBase64 } from '@mesibo-files/handler-core/provider';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../test/signing/device.ts';
import { ALICE } from '../../test/signing/users.ts';
import { fileFacts, openWorld, type World, type WorldOptions } from '../../test/signing/world.ts';
import type { PendingFile } from '../context/events.ts';

const bytes = bytesOf(50);
const digests = { crc32: base64OfCrc32(bytes) };
const manifest = { size: 50, parts: [{ number: 1, size: 50, digests }], digests: {} };

/** A small file, sent and not committed. */
async function sent(world: World, facts: object = {}): Promise<string> {
  const { ticket, signed } = await world.begin({ size: 50, digests, ...facts });
  const [part] = signed;
  if (part === undefined) throw new Error('Nothing was signed.');
  const { method, url, headers } = part.request;
  const body = { size: 50, slices: () => [bytes] };
  const answer = await world.store.http.send({
    method,
    url,
    headers,
    body,
    signal: AbortSignal.timeout(9_000),
  });
  expect(answer.status).toBe(200);
  return ticket;
}

const commit = (world: World, ticket: string, changes: object = {}): ReturnType<World['post']> =>
  world.post('/v1/uploads/commit', { ticket, manifest: { ...manifest, ...changes } });

/** Keys of what anyone may be given. */
const readable = ({ store }: World): string[] =>
  store.objects.keys().filter((key) => !key.startsWith('pending/'));

const codeOf = (error: unknown): string | null => (TransferError.is(error) ? error.code : null);

/** A server whose hook is asked, and what it was asked about. */
function hooked(
  answer: WorldOptions['onStored'],
  options: WorldOptions = {},
): World & { asked: PendingFile[] } {
  const asked: PendingFile[] = [];
  const world = openWorld({
    onStored: (file) => {
      asked.push(file);
      return answer?.(file);
    },
    ...options,
  });
  return { ...world, asked };
}

describe('a file that a client sent', () => {
  it('is no file before its commit, whatever its URL', async () => {
    const world = openWorld();
    await sent(world);
    const [waiting = ''] = world.store.objects.keys();
    expect([waiting.startsWith('pending/'), readable(world)]).toEqual([true, []]);
    for (const key of [waiting, waiting.slice('pending/'.length)]) {
      const url = `https://memory.invalid/files/${key}`;
      expect((await world.post('/v1/files/read', { url })).status).toBe(404);
      const get = new Request(url, { headers: { authorization: `Bearer ${ALICE.token}` } });
      expect((await world.send(get)).status).not.toBe(200);
      await world.post('/v1/files/remove', { url });
    }
    expect(world.store.objects.keys()).toEqual([waiting]);
  });

  it('is a file with its commit, which another commit neither changes nor removes', async () => {
    const world = openWorld();
    const ticket = await sent(world);
    const { body } = await commit(world, ticket);
    expect(body).toMatchObject({ state: 'stored', object: { size: 50 } });
    const kept = world.store.objects.keys();
    for (const size of [51, 0]) {
      expect((await commit(world, ticket, { size })).body).toMatchObject({ state: 'refused' });
    }
    const sign = await world.post('/v1/uploads/sign', { ticket, parts: manifest.parts });
    expect([sign.status, sign.code]).toEqual([409, 'upload-ended']);
    expect((await commit(world, ticket)).body).toEqual(body);
    expect(world.store.objects.keys()).toEqual(kept);
    expect(world.events.filter(({ type }) => type === 'rejected')).toHaveLength(2);
  });

  it.each(['bytes', 'facts'] as const)('is shown to a hook that needs the %s', async (onStoredNeeds) => {
    const stagings: (string | undefined)[] = [];
    const reads: unknown[] = [];
    const look = async (file: PendingFile): Promise<{ remove: string }> => {
      reads.push(await file.read().then(({ request }) => request.method, codeOf));
      return { remove: 'too dark' };
    };
    const world = hooked(look, {
      onStoredNeeds,
      signer: (store) => {
        const own = store.signer({ singleUpTo: 100, partSize: 100 });
        const begin: typeof own.begin = (facts, call) => {
          stagings.push(call.staging);
          return own.begin(facts, call);
        };
        return { ...own, begin };
      },
    });
    const ticket = await sent(world);
    expect((await commit(world, ticket)).body).toMatchObject({ state: 'refused', reason: 'too dark' });
    expect(stagings).toEqual([onStoredNeeds === 'bytes' ? 'readable' : 'hidden']);
    expect(world.asked).toMatchObject([{ size: 50, contentType: 'image/jpeg' }]);
    expect(reads).toEqual([onStoredNeeds === 'bytes' ? 'GET' : 'unsupported']);
    expect(readable(world)).toEqual([]);
  });

  it('is removed by a discard only as long as it is not committed', async () => {
    const world = openWorld();
    const early = await sent(world);
    expect((await world.post('/v1/uploads/discard', { ticket: early })).status).toBe(200);
    expect(world.store.objects.keys()).toEqual([]);
    const ticket = await sent(world);
    await commit(world, ticket);
    expect((await world.post('/v1/uploads/discard', { ticket })).status).toBe(200);
    expect(readable(world)).toHaveLength(1);
  });

  it('can not be begun at a store that stages nothing, and the probe says so', async () => {
    const world = openWorld({
      signer: (store) => {
        const own = store.signer();
        return {
          ...own,
          capabilities: async (call) => ({ ...(await own.capabilities(call)), staging: false }),
        };
      },
    });
    const answer = await world.post('/v1/uploads', fileFacts());
    expect([answer.status, answer.code]).toEqual([501, 'unsupported']);
    const ready = await world.send(new Request('https://memory.invalid/readyz'));
    expect(ready.status).toBe(503);
  });
});

describe('onStored', () => {
  it('is asked before anyone can read the file, with its facts and a way to read it', async () => {
    let before: string[] = [];
    const world = hooked(() => {
      before = readable(world);
    });
    const ticket = await sent(world, { secure: true });
    const { body } = await commit(world, ticket);
    expect(before).toEqual([]);
    const [file] = world.asked;
    expect(file).toMatchObject({ size: 50, contentType: 'image/jpeg', name: 'cat.jpg', via: 'signing' });
    expect(body).toMatchObject({ state: 'stored', object: { key: file?.key, sender: { secure: true } } });
    await commit(world, ticket);
    expect(world.asked).toHaveLength(1);
  });

  it('reads the bytes that wait, by a signed request', async () => {
    let read: Uint8Array | null = null;
    const look = async (file: PendingFile): Promise<void> => {
      const { request } = await file.read();
      const answer = await world.store.http.send({ ...request, signal: AbortSignal.timeout(9_000) });
      await answer.consume((chunk) => {
        read = chunk.slice();
      });
    };
    const world = hooked(look, { onStoredNeeds: 'bytes' });
    await commit(world, await sent(world));
    expect(read).toEqual(bytes);
  });

  it('keeps a file waiting whose hook reads bytes without having said so', async () => {
    const world = hooked(async (file) => void (await file.read()));
    const ticket = await sent(world);
    expect((await commit(world, ticket)).body).toMatchObject({ state: 'pending' });
    expect(readable(world)).toEqual([]);
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'fault', doing: 'onStored' }));
  });

  it('refuses a file for good, with its reason', async () => {
    const world = hooked(({ name }) => ({ remove: `No ${name} here.` }));
    const ticket = await sent(world);
    for (let times = 0; times < 2; times++) {
      expect((await commit(world, ticket)).body).toEqual({
        state: 'refused',
        code: 'forbidden',
        reason: 'No cat.jpg here.',
      });
    }
    expect([readable(world), world.asked.length]).toEqual([[], 1]);
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'rejected', code: 'forbidden', reason: 'No cat.jpg here.' }),
    );
    const sign = await world.post('/v1/uploads/sign', { ticket, parts: manifest.parts });
    expect(sign.code).toBe('upload-ended');
  });

  it('that decides later is asked again at the next commit', async () => {
    const world = hooked(() => (world.asked.length < 3 ? { later: 700 } : undefined));
    const ticket = await sent(world);
    for (let times = 0; times < 2; times++) {
      expect((await commit(world, ticket)).body).toEqual({ state: 'pending', retryAfter: 700 });
      expect(readable(world)).toEqual([]);
    }
    expect((await commit(world, ticket)).body).toMatchObject({ state: 'stored' });
  });

  it.each([
    ['kept', 'keep', { state: 'stored' }],
    ['refused', { remove: 'A virus.' }, { state: 'refused', code: 'forbidden', reason: 'A virus.' }],
  ] as const)(
    'that decides later has the file %s by settle, and the client is told at its next commit',
    async (_, decision, outcome) => {
      const world = hooked(() => ({ later: 60_000 }));
      const ticket = await sent(world);
      await commit(world, ticket);
      const id = world.asked[0]?.id ?? '';
      for (let times = 0; times < 2; times++) {
        expect(await world.server.settle(id, decision)).toMatchObject(outcome);
      }
      expect(readable(world)).toHaveLength(decision === 'keep' ? 1 : 0);
      expect((await commit(world, ticket)).body).toMatchObject(outcome);
      expect(world.asked).toHaveLength(1);
    },
  );

  it('is not decided against by settle after it was decided', async () => {
    const world = hooked(() => ({ later: 60_000 }));
    await commit(world, await sent(world));
    const id = world.asked[0]?.id ?? '';
    await world.server.settle(id, 'keep');
    expect(await world.server.settle(id, { remove: 'Too late.' })).toMatchObject({ state: 'stored' });
    expect(readable(world)).toHaveLength(1);
  });

  it('is settled by no ticket and by no id of another server', async () => {
    const world = hooked(() => ({ later: 60_000 }));
    const ticket = await sent(world);
    await commit(world, ticket);
    for (const id of [ticket, `${world.asked[0]?.id}x`, '']) {
      await expect(world.server.settle(id, 'keep')).rejects.toMatchObject({ code: 'ticket-refused' });
    }
    // And an id is no ticket.
    expect((await commit(world, world.asked[0]?.id ?? '')).code).toBe('ticket-refused');
    expect(readable(world)).toEqual([]);
  });

  it.each([
    ['lets the file wait', undefined, { state: 'pending', retryAfter: 5_000 }, 0],
    ['keeps the file where the owner wants that', 'keep', { state: 'stored' }, 1],
  ] as const)('that fails %s', async (_, failure, outcome, files) => {
    const world = hooked(
      () => {
        throw new Error('The scanner is not there.');
      },
      failure === undefined ? {} : { onStoredFailure: failure },
    );
    expect((await commit(world, await sent(world))).body).toMatchObject(outcome);
    expect(readable(world)).toHaveLength(files);
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'fault', doing: 'onStored' }));
  });
});

function base64OfCrc32(of: Uint8Array): string {
  const digest = new DataView(new ArrayBuffer(4));
  digest.setUint32(0, crc32(of));
  return toBase64(new Uint8Array(digest.buffer));
}
