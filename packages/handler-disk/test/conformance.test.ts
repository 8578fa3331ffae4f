import { describeHandler, describeSigner, proxyFaults } from '@mesibo-files/conformance';
import { type FaultProxy, startFaultProxy } from '@mesibo-files/local-cloud';
import { afterAll } from 'vitest';
import { diskHarness } from './harness.ts';
import { type StoreServer, startStoreServer } from './store-server.ts';

let started: Promise<{ server: StoreServer; proxy: FaultProxy }> | undefined;

async function start(): Promise<{ server: StoreServer; proxy: FaultProxy }> {
  const server = await startStoreServer();
  return { server, proxy: await startFaultProxy({ target: server.endpoint }) };
}

async function running(): Promise<{ server: StoreServer; proxy: FaultProxy }> {
  started ??= start();
  return await started;
}

afterAll(async () => {
  const { server, proxy } = await running();
  await proxy.stop();
  await server.stop();
});

describeSigner(diskHarness('disk', running));
describeHandler(
  diskHarness('disk behind a fault proxy', async () => {
    const { server, proxy } = await running();
    return {
      server,
      endpoint: proxy.endpoint,
      faults: (prefix) => proxyFaults(proxy, prefix, ['signature']),
    };
  }),
);
