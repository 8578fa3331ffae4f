import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { put } from '../../test/gcs/behaviour/steps.ts';
import { startTestServer } from '../../test/gcs/server.ts';

describe('startGcs', () => {
  it('lets anyone read a public bucket, and nothing else', async () => {
    const server = await startTestServer({ buckets: [{ name: 'open', publicRead: true }] });
    await put(server, 'a', 'x');
    const anyone = { token: null };
    const get = { method: 'GET', path: '/open/a', ...anyone };
    expect((await server.bearer(get)).body.toString()).toBe('x');
    expect((await server.bearer({ ...get, path: '/open/a?response-content-type=text/html' })).status).toBe(
      400,
    );
    expect((await server.bearer({ ...get, path: '/storage/v1/b/open/o/a?alt=media' })).status).toBe(200);
    expect((await server.bearer({ ...get, path: '/storage/v1/b/open/o' })).status).toBe(401);
    expect((await server.bearer({ method: 'DELETE', path: '/open/a', ...anyone })).status).toBe(403);
    expect((await server.bearer({ method: 'PUT', path: '/open/b', body: 'x', ...anyone })).status).toBe(403);
    await server.stop();
  });

  it('takes an account that is given', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const server = await startTestServer({
      serviceAccount: { clientEmail: 'me@example.com', privateKey: pem },
    });
    expect([server.gcs.clientEmail, server.gcs.privateKey]).toEqual(['me@example.com', pem]);
    await put(server, 'a');
    await server.stop();
  });

  it('gives every object a generation above the last, whatever the clock says', async () => {
    const server = await startTestServer();
    const generations: number[] = [];
    for (const offset of [0, -3_600_000, 0]) {
      server.advance(offset);
      generations.push(Number((await put(server, 'a')).headers['x-goog-generation']));
    }
    expect(generations).toEqual([...generations].sort((a, b) => a - b));
    expect(new Set(generations).size).toBe(3);
    await server.stop();
  });

  it('rejects what Cloud Storage would refuse', async () => {
    await expect(startTestServer({ buckets: [] })).rejects.toThrow('at least one bucket');
    await expect(startTestServer({ buckets: [{ name: 'Google' }] })).rejects.toThrow('not valid');
    const cors = [{ origin: ['*'], method: ['TRACE'] }];
    await expect(startTestServer({ buckets: [{ name: 'bucket', cors }] })).rejects.toThrow('Invalid');
    await expect(startTestServer({ serviceAccount: { privateKey: 'none' } })).rejects.toThrow();
  });

  it('rejects when the port is taken', async () => {
    const server = await startTestServer();
    const port = Number(new URL(server.gcs.endpoint).port);
    await expect(startTestServer({ port })).rejects.toThrow('EADDRINUSE');
    await server.stop();
  });
});

describe('sessionStoresOnly', () => {
  it('wants a multiple of 256 KiB', async () => {
    const server = await startTestServer();
    expect(() => server.gcs.sessionStoresOnly(1000)).toThrow(RangeError);
    expect(() => server.gcs.sessionStoresOnly(-262_144)).toThrow(RangeError);
    await server.stop();
  });
});
