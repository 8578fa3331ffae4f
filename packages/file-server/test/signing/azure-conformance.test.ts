import { describeHandler, describeSigner, type NetworkFaults, proxyFaults } from '@mesibo-files/conformance';
import type { AzureConnection, LocalCloud } from '@mesibo-files/local-cloud';
import { azureStore } from './azure-store.ts';
import { type RemoteStore, remoteHarness } from './remote-harness.ts';
import { runningWorld } from './running-world.ts';
import { secondStoreHandlerCases, secondStoreSignerCases } from './second-store.ts';

function azureOf({ azure }: LocalCloud): AzureConnection {
  if (azure === null) throw new Error('Azurite was not started.');
  return azure;
}

const world = runningWorld({ azure: true }, (cloud) => {
  const [, endpoint = ''] = /BlobEndpoint=([^;]+)/.exec(azureOf(cloud).connectionString) ?? [];
  return new URL(endpoint).origin;
});

const direct = async (): Promise<RemoteStore> => azureStore(azureOf((await world()).cloud), true);

const proxied = async (): Promise<RemoteStore> => {
  const { endpoint, ...proxy } = (await world()).proxy;
  const faults = (prefix: string): NetworkFaults => proxyFaults(proxy, prefix, ['sig']);
  return { ...(await direct()), proxy: { endpoint, faults } };
};

describeSigner(remoteHarness('remote, Azure on Azurite', world, direct), secondStoreSignerCases);
describeHandler(
  remoteHarness('remote, Azure on Azurite behind a fault proxy', world, proxied),
  secondStoreHandlerCases,
);
