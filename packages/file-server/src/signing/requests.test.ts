import { describe, expect, it } from 'vitest';
import { bytesOf, device } from '../../test/signing/device.ts';
import { openWorld } from '../../test/signing/world.ts';

describe('a client', () => {
  it('asks twice for a small file, and once in its life what the server can do', async () => {
    const { store, client } = openWorld();
    const { signer, requests } = client();
    const one = device(store);
    const first = await one.upload(signer, bytesOf(50));
    expect(requests.splice(0)).toEqual([
      'GET /v1/capabilities',
      'POST /v1/uploads',
      'POST /v1/uploads/commit',
    ]);
    await one.upload(signer, bytesOf(51));
    expect(requests.splice(0)).toEqual(['POST /v1/uploads', 'POST /v1/uploads/commit']);
    expect(await one.download(signer, first.url)).toEqual(bytesOf(50));
    expect(requests.splice(0)).toEqual(['POST /v1/files/read']);
    // Between begin and commit there was nothing but the file itself.
    expect(store.requests.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'GET']);
  });

  it('gets many parts signed by one request', async () => {
    const { store, client } = openWorld();
    const { signer, requests } = client();
    const { key } = await device(store).upload(signer, bytesOf(1_000));
    expect(store.objects.bytes(key)).toEqual(bytesOf(1_000));
    const signing = requests.filter((request) => request.endsWith('/sign'));
    expect(signing.length).toBeLessThan(10);
    expect(requests.filter((request) => !signing.includes(request))).toEqual([
      'GET /v1/capabilities',
      'POST /v1/uploads',
      'POST /v1/uploads/commit',
    ]);
  });

  it('goes on where it stopped, and is told of a file that is complete already', async () => {
    const told: string[] = [];
    const { store, client } = openWorld({ onStored: ({ key }) => void told.push(key) });
    const { signer, requests } = client();
    const one = device(store);
    const bytes = bytesOf(1_000);
    store.faults.afterSigner = (method) => {
      if (method === 'commit') throw new Error('the server fell over after the store was done');
    };
    await expect(one.upload(signer, bytes, { mid: 7n })).rejects.toMatchObject({ code: 'server-error' });
    store.faults.afterSigner = undefined;
    // The owner is asked before anyone can read the file, and not again after.
    expect(told).toEqual(store.objects.keys());
    requests.length = 0;
    const { key } = await one.upload(signer, bytes, { mid: 7n });
    expect(requests).toEqual(['POST /v1/uploads/resume']);
    expect(told).toEqual([key]);
    expect(store.objects.keys()).toEqual([key]);
  });
});
