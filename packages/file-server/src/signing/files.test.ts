import type { Signer, StoredObject } from '@mesibo-files/handler-core';
import { describe, expect, it } from 'vitest';
import { bytesOf, device } from '../../test/signing/device.ts';
import { BOB } from '../../test/signing/users.ts';
import { BASE, openWorld, type World, type WorldOptions } from '../../test/signing/world.ts';

async function withFile(options: WorldOptions = {}): Promise<World & { readonly object: StoredObject }> {
  const world = openWorld(options);
  return {
    ...world,
    object: await device(world.store).upload(world.client().signer, bytesOf(10), { mid: 3n }),
  };
}

describe('read', () => {
  it("asks the owner with the object's own facts, and not with anything signed", async () => {
    const { object, users, post } = await withFile();
    users.asked.length = 0;
    const { status, body } = await post('/v1/files/read', { url: object.url }, BOB);
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        size: 10,
        name: 'cat.jpg',
        request: expect.objectContaining({ method: 'GET' }),
      }),
    ]);
    expect(users.asked).toHaveLength(1);
    const { url, key, ...facts } = object;
    expect(users.asked[0]).toMatchObject({ action: 'download', url });
    expect(users.asked[0]).toHaveProperty('object', facts);
    expect(key).toBeTruthy();
    expect(facts.sender).toEqual({ uid: 1, mid: '3', source: 100, secure: false });
  });

  it('gives nothing to whom the owner refuses', async () => {
    const { object, users, post } = await withFile();
    users.decide = () => ({ allow: false, why: 'forbidden', reason: 'Not yours.' });
    const refused = await post('/v1/files/read', { url: object.url }, BOB);
    expect([refused.status, refused.code]).toEqual([403, 'forbidden']);
    expect((await post('/v1/files/read', { url: object.url }, null)).status).toBe(401);
    expect(refused.text).not.toContain('signature');
  });

  it('of what is not here, or not ours, is 404', async () => {
    const { object, post } = await withFile();
    const answers = [];
    for (const url of [`${object.url}x`, 'https://files.example.org/files/a', `${BASE}/other/a`, 'x']) {
      answers.push(await post('/v1/files/read', { url }));
    }
    expect(answers.map(({ status, code }) => [status, code])).toEqual([
      [404, 'object-not-found'],
      ...Array.from({ length: 3 }, () => [404, 'foreign-url']),
    ]);
  });

  it('finds old files in the store that has them', async () => {
    const alsoRead: Signer[] = [];
    const { store, client } = openWorld({
      alsoRead,
      signer: (memory) => {
        const first = memory.signer({ singleUpTo: 100 });
        alsoRead.push(first);
        return { ...first, read: (...call) => first.read(`${call[0]}-elsewhere`, call[1]) };
      },
    });
    const { signer } = client();
    const { url } = await device(store).upload(signer, bytesOf(10));
    expect(await device(store).download(signer, url)).toEqual(bytesOf(10));
  });
});

describe('remove', () => {
  it('removes what the owner allows, and is told of', async () => {
    const { object, users, client, store, events } = await withFile();
    users.asked.length = 0;
    await client().signer.remove(object.url, { signal: new AbortController().signal });
    expect(store.objects.keys()).toEqual([]);
    expect(users.asked.map(({ action }) => action)).toEqual(['remove']);
    expect(events.filter(({ type }) => type === 'removed')).toEqual([
      expect.objectContaining({ key: object.key }),
    ]);
    await client().signer.remove(object.url, { signal: new AbortController().signal });
  });

  it('removes nothing for whom the owner refuses', async () => {
    const { object, users, post, store } = await withFile();
    users.decide = () => ({ allow: false, why: 'forbidden', reason: 'Not yours.' });
    expect((await post('/v1/files/remove', { url: object.url })).code).toBe('forbidden');
    expect((await post('/v1/files/remove', { url: object.url }, null)).code).toBe('unauthorised');
    expect(store.objects.keys()).toEqual([object.key]);
  });
});
