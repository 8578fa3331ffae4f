import { inspect } from 'node:util';
import { type Signer, TransferError } from '@mesibo-files/handler-core';
import type { Plan } from '@mesibo-files/handler-core/provider';
import type { SignAnswer } from '@mesibo-files/handler-core/wire';
import { expect, it } from 'vitest';
import { bytesOf, device } from '../../test/signing/device.ts';
import { ticketKeys } from '../../test/signing/secrets.ts';
import { ALICE, BOB } from '../../test/signing/users.ts';
import { type Answer, fileFacts, openWorld } from '../../test/signing/world.ts';

it('no event and no refusal shows a token, a ticket, a signed URL or a key', async () => {
  const inner: string[] = [];
  const noting = (strict: Signer): Signer => ({
    ...strict,
    begin: async (...call) => {
      const plan = await strict.begin(...call);
      inner.push(plan.ticket);
      return plan;
    },
  });
  const world = openWorld({
    signer: (store) => noting(store.signer({ singleUpTo: 100, partSize: 100 })),
    onStored: () => {
      throw new Error('the hook fell over');
    },
    onStoredFailure: 'keep',
  });
  const { store, users, post, begin, events } = world;
  const { url } = await device(store).upload(world.client().signer, bytesOf(50));
  const plan: Plan = await begin({ size: 300 });
  const { ticket } = plan;
  const parts = [{ number: 1, size: 100, digests: { crc32: 'AAAAAA==' } }];
  const signed = (await post('/v1/uploads/sign', { ticket, parts })).body as SignAnswer;
  const manifest = { size: 300, parts: [], digests: {} };
  const refusals: Answer[] = [];
  const refuse = async (
    path: string,
    body: object,
    caller: typeof ALICE | typeof BOB | null = ALICE,
  ): Promise<void> => {
    const answer = await post(path, body, caller);
    expect([path, answer.status]).toEqual([path, expect.toSatisfy((status: number) => status >= 400)]);
    refusals.push(answer);
  };
  for (const caller of [BOB, null]) await refuse('/v1/uploads/sign', { ticket, parts }, caller);
  await refuse('/v1/uploads/sign', { ticket: `${ticket}x`, parts });
  await refuse('/v1/uploads/sign', { ticket: inner.at(-1), parts });
  await refuse('/v1/uploads/sign', { ticket, parts: [{ ...parts[0], size: 101 }] });
  await refuse('/v1/uploads/sign', { ticket, parts: ticket });
  await refuse('/v1/files/read', { url: signed.parts[0]?.request.url });
  await refuse('/v1/files/read', { url: `${url}/${ticket}` });
  const faults: readonly (() => never)[] = [
    () => {
      throw new TransferError('credentials-wrong', 'the store answered InvalidAccessKeyId');
    },
    () => {
      throw new Error('something that nobody thought of');
    },
  ];
  for (const fault of faults) {
    store.faults.beforeSigner = fault;
    await refuse('/v1/uploads', fileFacts());
    await refuse('/v1/uploads/commit', { ticket, manifest });
    await refuse('/v1/files/read', { url });
  }
  store.faults.beforeSigner = undefined;
  users.decide = () => {
    throw new Error('the backend is down');
  };
  await refuse('/v1/uploads', fileFacts());

  const secrets = [
    ALICE.token,
    BOB.token,
    ticket,
    ...inner,
    ...ticketKeys.map(({ secret }) => String(secret)),
    ...signed.parts.map(({ request }) => new URL(request.url).search),
  ];
  expect(secrets.every((secret) => secret.length > 15)).toBe(true);
  const shown = [
    ...events.map((event) => inspect(event, { depth: 20 })),
    ...refusals.map(({ text }) => text),
  ];
  expect(events.filter(({ type }) => type === 'fault').length).toBeGreaterThan(5);
  for (const text of shown) for (const secret of secrets) expect(text.includes(secret), text).toBe(false);
  // What the store says is for the log alone.
  expect(refusals.map(({ text }) => text).join()).not.toMatch(
    /InvalidAccessKeyId|nobody thought|backend is down/,
  );
});
