import {
  describeHandler,
  describeSigner,
  handlerCases,
  LARGE_PARTS,
  LARGE_TRANSFERS,
  type NetworkFaults,
  proxyFaults,
  sample,
  signerCases,
} from '@mesibo-files/conformance';
import { type FaultProxy, startFaultProxy } from '@mesibo-files/local-cloud';
import { afterAll } from 'vitest';
import { type AzureTestStore, azureHarness } from './harness.ts';
import { azurite } from './stores.ts';

/** Azurite wants `w` of who writes blocks, as Azure does before service version 2026-04-06: they are staged and copied. */
const azure = azurite(false);
let proxy: Promise<FaultProxy> | undefined;

afterAll(async () => {
  await (await proxy)?.stop();
  await azure.stop();
});

const direct = (): Promise<AzureTestStore> => azure.store('crc64');

const small = (store: () => Promise<AzureTestStore>) => async (): Promise<AzureTestStore> => ({
  ...(await store()),
  smallParts: true,
});

const proxied = async (): Promise<AzureTestStore> => {
  const store = await direct();
  proxy ??= startFaultProxy({ target: store.endpoint });
  const running = await proxy;
  const faults = (prefix: string): NetworkFaults => proxyFaults(running, prefix, ['sig']);
  return { ...store, proxy: { endpoint: running.endpoint, faults } };
};

describeSigner(azureHarness('azure on Azurite', small(direct)));
describeHandler(azureHarness('azure on Azurite behind a fault proxy', small(proxied)));

describeSigner(azureHarness('azure on Azurite, least parts', direct), sample(signerCases, LARGE_PARTS));
describeHandler(
  azureHarness('azure on Azurite behind a fault proxy, least parts', proxied),
  sample(handlerCases, LARGE_TRANSFERS),
);
