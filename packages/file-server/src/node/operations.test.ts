import { TransferError } from '@mesibo-files/handler-core';
import { afterEach, describe, expect, it } from 'vitest';
import { type NodeWorld, startNodeWorld } from '../../test/node/world.ts';
import { createFileServer } from '../server.ts';
import { storeProbe } from './store-probe.ts';

let world: NodeWorld | undefined;

afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${world?.listening.url}${path}`, { headers: { connection: 'close', ...headers } });
}

describe('/healthz', () => {
  it('tells that the process is alive, whatever becomes of the store', async () => {
    world = await startNodeWorld({ check: () => Promise.reject(new Error('down')) });
    const answer = await get('/healthz');
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

describe('/readyz', () => {
  it('stores a few bytes, and removes them', async () => {
    world = await startNodeWorld();
    const answer = await get('/readyz');
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ready' }]);
    const methods = world.store.requests.map(({ method }) => method);
    expect(methods).toContain('PUT');
    expect(world.store.objects.keys()).toEqual([]);
    expect(world.store.unfinished()).toBe(0);
  });

  it('asks the store no more often than is useful', async () => {
    world = await startNodeWorld();
    await Promise.all(Array.from({ length: 20 }, () => get('/readyz')));
    expect(world.store.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  it('answers 503 when the store fails; only the log says why', async () => {
    const why = new TransferError('access-denied', 'the policy of the bucket');
    world = await startNodeWorld({ check: () => Promise.reject(why) });
    const answer = await get('/readyz');
    expect(answer.status).toBe(503);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'not-ready', retryable: true } });
    expect(text).not.toContain('bucket');
    expect(world.log.join('')).toContain('the policy of the bucket');
  });

  it('leaves no more than one object where nothing may be removed, and removes it when it may again', async () => {
    world = await startNodeWorld();
    const { store, runtime, server } = world;
    const { signer } = server.context;
    let broken = true;
    const stubborn = {
      ...signer,
      remove: async (...given: Parameters<typeof signer.remove>): Promise<void> => {
        if (broken) throw new TransferError('access-denied', 'no deletes');
        await signer.remove(...given);
      },
    };
    const probe = storeProbe(stubborn, runtime);
    const { signal } = new AbortController();
    for (let time = 0; time < 3; time += 1) await expect(probe(signal)).rejects.toThrow('no deletes');
    expect(store.objects.keys()).toHaveLength(1);
    broken = false;
    await probe(signal);
    expect(store.objects.keys()).toEqual([]);
    const puts = (): number => store.requests.filter(({ method }) => method === 'PUT').length;
    expect(puts()).toBe(1);
    await probe(signal);
    expect([puts(), store.objects.keys()]).toEqual([2, []]);
  });

  it('begins an upload and discards it where no bytes are sent', async () => {
    world = await startNodeWorld();
    const { context } = world.server;
    const { signer, authorise, ticketKeys } = context;
    const calls: string[] = [];
    const watched = {
      ...signer,
      begin: (...given: Parameters<typeof signer.begin>) => {
        calls.push('begin');
        return signer.begin(...given);
      },
      resume: (...given: Parameters<typeof signer.resume>) => {
        calls.push('resume');
        return signer.resume(...given);
      },
      discard: (...given: Parameters<typeof signer.discard>) => {
        calls.push('discard');
        return signer.discard(...given);
      },
    };
    const server = createFileServer({ baseUrl: context.baseUrl, signer: watched, authorise, ticketKeys });
    const answer = await server.fetch(new Request(`${context.baseUrl}/readyz`));
    expect([answer.status, calls]).toEqual([200, ['begin', 'resume', 'discard']]);
    expect(world.store.unfinished()).toBe(0);
  });
});

describe('/metrics', () => {
  it('is not there unless it is asked for', async () => {
    world = await startNodeWorld();
    expect((await get('/metrics')).status).toBe(404);
  });

  it('wants its token, where it has one', async () => {
    world = await startNodeWorld({ metrics: { token: 'the-token-of-prometheus' } });
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/metrics', { authorization: 'Bearer another' })).status).toBe(401);
    expect((await get('/metrics', { authorization: 'Bearer the-token-of-prometheus' })).status).toBe(200);
  });

  it('counts requests by route, never by path, and what runs now', async () => {
    world = await startNodeWorld({ metrics: 'open' });
    await get('/healthz');
    await get('/healthz');
    await get('/nowhere/secret-path');
    await get('/nowhere/another-secret');
    const text = await (await get('/metrics')).text();
    expect(text).toContain('mesibo_files_requests_total{route="healthz",method="GET",status="200"} 2');
    expect(text).toContain('mesibo_files_requests_total{route="none",method="GET",status="404"} 2');
    expect(text).toContain('mesibo_files_requests_running{route="healthz"} 0');
    expect(text).toContain('mesibo_files_requests_running{route="metrics"} 1');
    expect(text).toContain('mesibo_files_request_duration_seconds_count{route="healthz"} 2');
    expect(text).toMatch(/^process_cpu_seconds_total \d/m);
    expect(text).not.toContain('secret');
  });

  it('counts faults by what was done, and their code', async () => {
    const why = new TransferError('access-denied', 'no');
    world = await startNodeWorld({ metrics: 'open', check: () => Promise.reject(why) });
    await get('/readyz');
    const text = await (await get('/metrics')).text();
    expect(text).toContain('mesibo_files_faults_total{doing="readyz",code="not-ready"} 1');
  });
});
