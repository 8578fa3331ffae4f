import type { Signer } from '@mesibo-files/handler-core';
import { manualClock, memoryStore } from '@mesibo-files/handler-core/testing';
import { expect, it } from 'vitest';
import { ticketKeys } from '../../test/signing/secrets.ts';
import { BASE, fileFacts } from '../../test/signing/world.ts';
import type { FileServerOptions } from '../context/options.ts';
import { createFileServer } from '../server.ts';

const store = memoryStore({ bucket: 'files', clock: manualClock() });
const sizes = { singleUpTo: 100, partSize: 100 };
const cloud: Signer = store.signer(sizes);
const disk: Signer = {
  ...store.signer(sizes),
  capabilities: async (call) => ({ ...(await cloud.capabilities(call)), provider: 'disk' }),
};

type Stores = Pick<FileServerOptions, 'signer' | 'alsoRead' | 'storeNames'>;

async function post(stores: Stores, path: string, body: object): Promise<{ status: number; body: unknown }> {
  const { fetch } = createFileServer({
    ...stores,
    baseUrl: BASE,
    ticketKeys,
    authorise: () => ({ allow: true }),
  });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(
    new Request(BASE + path, { method: 'POST', headers, body: JSON.stringify(body) }),
  );
  return { status: response.status, body: await response.json() };
}

async function begun(stores: Stores): Promise<string> {
  const { body } = await post(stores, '/v1/uploads', fileFacts({ size: 300 }));
  return (body as { ticket: string }).ticket;
}

/** A signer that must not be asked for anything of an upload. */
function untouched(signer: Signer): Signer {
  const resume: Signer['resume'] = () => Promise.reject(new Error('the wrong store was asked'));
  return { ...signer, resume };
}

it('an upload goes on at its own store, when another one has become the first', async () => {
  const ticket = await begun({ signer: cloud, alsoRead: [disk] });
  const swapped = { signer: untouched(disk), alsoRead: [cloud] };
  expect((await post(swapped, '/v1/uploads/resume', { ticket })).status).toBe(200);
  const left = await post({ signer: untouched(disk) }, '/v1/uploads/resume', { ticket });
  expect([left.status, left.body]).toMatchObject([410, { error: { code: 'ticket-over' } }]);
});

it('names of the owner tell two stores of one provider apart', async () => {
  const other = store.signer(sizes);
  const ticket = await begun({ signer: cloud, alsoRead: [other], storeNames: ['new', 'old'] });
  const swapped = { signer: untouched(other), alsoRead: [cloud], storeNames: ['old', 'new'] };
  expect((await post(swapped, '/v1/uploads/resume', { ticket })).status).toBe(200);
  const unnamed = await begun({ signer: other, alsoRead: [cloud] });
  const second = { signer: cloud, alsoRead: [untouched(other)] };
  expect((await post(second, '/v1/uploads/resume', { ticket: unnamed })).status).toBe(200);
});

it('a name that is no name, or is there twice, is refused', () => {
  const make = (storeNames: readonly string[]) => () =>
    createFileServer({
      signer: cloud,
      storeNames,
      baseUrl: BASE,
      ticketKeys,
      authorise: () => ({ allow: true }),
    });
  for (const names of [[''], ['a b'], ['a', 'a']]) {
    expect(make(names)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  }
});
