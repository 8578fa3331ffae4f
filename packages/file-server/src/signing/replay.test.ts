import { MINUTE } from '@mesibo-files/handler-core/provider';
import { describe, expect, it } from 'vitest';
import { ALICE, ALICE_NEW, BOB } from '../../test/signing/users.ts';
import { openWorld, type World } from '../../test/signing/world.ts';

const STRANGER = { token: 'a-token-that-nobody-has' };

/** Every call that takes a ticket. */
function ticketCalls(ticket: string): readonly (readonly [path: string, body: object])[] {
  return [
    ['/v1/uploads/sign', { ticket, parts: [{ number: 1, size: 100, digests: { crc32: 'AAAAAA==' } }] }],
    ['/v1/uploads/resume', { ticket }],
    ['/v1/uploads/commit', { ticket, manifest: { size: 300, parts: [], digests: {} } }],
    ['/v1/uploads/discard', { ticket }],
  ];
}

const large = { size: 300 };

describe('a ticket', () => {
  it("of another user's is refused, whatever it is shown for, and changes nothing", async () => {
    const world = openWorld();
    const { ticket } = await world.begin(large);
    for (const [path, body] of ticketCalls(ticket)) {
      const answer = await world.post(path, body, BOB);
      expect([path, answer.status, answer.code]).toEqual([path, 403, 'ticket-refused']);
    }
    expect(world.store.unfinished()).toBe(1);
    expect((await world.post('/v1/uploads/sign', ticketCalls(ticket)[0]?.[1])).status).toBe(200);
  });

  it('shown with no token, or with one that proves nothing, is answered 401', async () => {
    const world = openWorld();
    const { ticket } = await world.begin(large);
    for (const [path, body] of ticketCalls(ticket)) {
      for (const caller of [null, STRANGER]) {
        const answer = await world.post(path, body, caller);
        expect([path, answer.status, answer.code]).toEqual([path, 401, 'unauthorised']);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      }
    }
  });

  it('goes on with the same token for a quarter of an hour, then the owner is asked again', async () => {
    const world = openWorld();
    const { ticket } = await world.begin(large);
    const sign = ticketCalls(ticket)[0]?.[1];
    world.users.asked.length = 0;
    await world.clock.advance(15 * MINUTE - 1);
    expect((await world.post('/v1/uploads/sign', sign)).status).toBe(200);
    expect(world.users.asked).toHaveLength(0);
    await world.clock.advance(1);
    expect((await world.post('/v1/uploads/sign', sign)).status).toBe(200);
    expect(world.users.asked).toHaveLength(1);
    world.users.decide = () => ({ allow: false, why: 'forbidden', reason: 'Not any more.' });
    const refused = await world.post('/v1/uploads/sign', sign);
    expect([refused.status, refused.code]).toEqual([403, 'forbidden']);
  });

  it('asks the owner by what was begun, and not by what is said now', async () => {
    const world = openWorld({ limits: { authorisedFor: 0 } });
    const { ticket } = await world.begin({ ...large, uid: 99, mid: '-1', name: '../../etc/Straße.jpg' });
    world.users.asked.length = 0;
    await world.post('/v1/uploads/resume', { ticket, uid: 2, size: 1, contentType: 'text/html' });
    expect(world.users.asked).toEqual([
      expect.objectContaining({
        action: 'upload',
        via: 'signing',
        uid: ALICE.uid,
        mid: 2n ** 64n - 1n,
        size: 300,
        maxSize: 300,
        contentType: 'image/jpeg',
        name: 'Straße.jpg',
        secure: false,
      }),
    ]);
  });

  it("goes on with another token of the same user's, after the owner was asked", async () => {
    const world = openWorld();
    const { ticket } = await world.begin(large);
    world.users.asked.length = 0;
    expect((await world.post('/v1/uploads/sign', ticketCalls(ticket)[0]?.[1], ALICE_NEW)).status).toBe(200);
    expect(world.users.asked.map(({ credential }) => credential.token)).toEqual([ALICE_NEW.token]);
  });

  it('shown by cookies is authorised at each call', async () => {
    let asked = 0;
    const world = openWorld({
      authorise: ({ credential }) => {
        asked += 1;
        return credential.header('cookie') === 'session=alice'
          ? { allow: true }
          : { allow: false, why: 'sign-in', reason: 'No session.' };
      },
    });
    const headers = { 'content-type': 'application/json', cookie: 'session=alice' };
    const send = (path: string, body: object): ReturnType<World['send']> =>
      world.send(
        new Request(`https://memory.invalid${path}`, { method: 'POST', headers, body: JSON.stringify(body) }),
      );
    const facts = { size: 300, contentType: 'a/b', name: 'x', source: 0, transferId: 't' };
    const { ticket } = (await send('/v1/uploads', facts)).body as { ticket: string };
    await send('/v1/uploads/sign', ticketCalls(ticket)[0]?.[1] ?? {});
    await send('/v1/uploads/resume', { ticket });
    expect(asked).toBe(3);
  });

  it('is renewed by resume, which asks the owner in any case: good for the new token, and another while', async () => {
    const world = openWorld();
    const { ticket } = await world.begin(large);
    world.users.asked.length = 0;
    await world.post('/v1/uploads/resume', { ticket });
    expect(world.users.asked.splice(0)).toHaveLength(1);
    await world.clock.advance(14 * MINUTE);
    const { body } = await world.post('/v1/uploads/resume', { ticket }, ALICE_NEW);
    const renewed = (body as { plan: { ticket: string } }).plan.ticket;
    expect(world.users.asked).toHaveLength(1);
    await world.clock.advance(14 * MINUTE);
    expect((await world.post('/v1/uploads/sign', ticketCalls(renewed)[0]?.[1], ALICE_NEW)).status).toBe(200);
    expect(world.users.asked).toHaveLength(1);
    expect((await world.post('/v1/uploads/sign', ticketCalls(ticket)[0]?.[1], ALICE_NEW)).status).toBe(200);
    expect(world.users.asked).toHaveLength(2);
  });

  it('is over when the store may have dropped what it holds', async () => {
    const world = openWorld();
    const { ticket, keptFor } = await world.begin(large);
    await world.clock.advance(keptFor - 1);
    expect((await world.post('/v1/uploads/resume', { ticket })).status).toBe(200);
    await world.clock.advance(1);
    for (const [path, body] of ticketCalls(ticket)) {
      const answer = await world.post(path, body);
      expect([path, answer.status, answer.code]).toEqual([path, 410, 'ticket-over']);
    }
  });

  it('is over where the owner allows less than was begun with', async () => {
    const world = openWorld({ limits: { authorisedFor: 0 } });
    const { ticket } = await world.begin(large);
    const changes = [{ maxSize: 299 }, { secure: true }];
    for (const change of changes) {
      world.users.decide = (_, uid) => ({ allow: true, uid, ...change });
      const answer = await world.post('/v1/uploads/resume', { ticket });
      expect([answer.status, answer.code]).toEqual([410, 'ticket-over']);
    }
    world.users.decide = (_, uid) => ({ allow: true, uid, maxSize: 300, secure: false });
    expect((await world.post('/v1/uploads/resume', { ticket })).status).toBe(200);
  });
});
