import type { Signer, StoredObject } from '@mesibo-files/handler-core';
import type { MemoryStore } from '@mesibo-files/handler-core/memory';
import { describe, expect, it } from 'vitest';
import { bytesOf, device } from '../../test/signing/device.ts';
import { openWorld, type World, type WorldOptions } from '../../test/signing/world.ts';

/** A server whose store binds nothing to what it signs: what it stored is another than was begun. */
function lax(changes: Partial<StoredObject>, options: WorldOptions = {}): World {
  const other = (object: StoredObject): StoredObject => ({ ...object, ...changes });
  const signer = (store: MemoryStore): Signer => {
    const strict = store.signer({ singleUpTo: 100, partSize: 100 });
    return {
      ...strict,
      commit: async (...call) => {
        const outcome = await strict.commit(...call);
        return outcome.state === 'stored' ? { ...outcome, object: other(outcome.object) } : outcome;
      },
      resume: async (...call) => {
        const found = await strict.resume(...call);
        if (found.stored.state !== 'committed') return found;
        return { ...found, stored: { ...found.stored, object: other(found.stored.object) } };
      },
    };
  };
  return openWorld({ signer, ...options });
}

const sender = { uid: 1, mid: '0', source: 100, secure: false };

const OTHERS: readonly (readonly [what: string, changes: Partial<StoredObject>, code: string])[] = [
  ['of another size', { size: 51 }, 'size-mismatch'],
  ['of another type', { contentType: 'text/html' }, 'type-refused'],
  ["in another user's name", { sender: { ...sender, uid: 2 } }, 'forbidden'],
  ['of another message', { sender: { ...sender, mid: '1' } }, 'forbidden'],
  ['that is not protected any more', { sender: { ...sender, secure: true } }, 'forbidden'],
];

describe('a stored file', () => {
  it.each(OTHERS)('%s than was allowed is removed, and nobody is told of it', async (_, changes, code) => {
    const told: unknown[] = [];
    const { store, client, events } = lax(changes, { onStored: (file) => void told.push(file) });
    await expect(device(store).upload(client().signer, bytesOf(50))).rejects.toMatchObject({ code });
    expect(store.objects.keys()).toEqual([]);
    expect(told).toEqual([]);
    expect(events.filter(({ type }) => type === 'removed')).toHaveLength(1);
  });

  it('is told to the owner with its verified facts, and removed if the owner wants that', async () => {
    const { store, client } = openWorld({ onStored: ({ name }) => ({ remove: `No ${name} here.` }) });
    await expect(device(store).upload(client().signer, bytesOf(50))).rejects.toMatchObject({
      code: 'forbidden',
      message: 'committing: No cat.jpg here.',
    });
    expect(store.objects.keys()).toEqual([]);
  });

  it('is looked at in the store, whatever the client says that it has seen', async () => {
    const seen: boolean[] = [];
    const { begin, post } = openWorld({
      signer: (store) => {
        const strict = store.signer({ singleUpTo: 100 });
        return {
          ...strict,
          commit: (ticket, manifest, call) => {
            seen.push(manifest.answered);
            return strict.commit(ticket, manifest, call);
          },
        };
      },
    });
    const { ticket } = await begin();
    const manifest = {
      size: 10,
      parts: [{ number: 1, size: 10, digests: { crc32: 'AAAAAA==' } }],
      digests: {},
    };
    const { body } = await post('/v1/uploads/commit', { ticket, manifest: { ...manifest, answered: true } });
    expect([seen, body]).toEqual([[false], { state: 'missing', parts: [1] }]);
  });

  it('that is complete is discarded only by who may remove it', async () => {
    const { store, client, users, post } = openWorld();
    const tickets: string[] = [];
    const { signer } = client();
    const watched: Signer = {
      ...signer,
      begin: async (...call) => {
        const plan = await signer.begin(...call);
        tickets.push(plan.ticket);
        return plan;
      },
    };
    const { key } = await device(store).upload(watched, bytesOf(50));
    users.decide = ({ action }, uid) =>
      action === 'remove' ? { allow: false, why: 'forbidden', reason: 'It stays.' } : { allow: true, uid };
    const answer = await post('/v1/uploads/discard', { ticket: tickets[0] });
    expect([answer.status, answer.code, store.objects.keys()]).toEqual([403, 'forbidden', [key]]);
    users.decide = (_, uid) => ({ allow: true, uid });
    expect((await post('/v1/uploads/discard', { ticket: tickets[0] })).status).toBe(200);
    expect(store.objects.keys()).toEqual([]);
  });
});
