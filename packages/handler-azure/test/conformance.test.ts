import { describeHandler, describeSigner, type NetworkFaults } from '@mesibo-files/conformance';
import { type FaultProxy, startFaultProxy } from '@mesibo-files/local-cloud';
import { afterAll } from 'vitest';
import { type RunningAzure, startAzure } from '../../local-cloud/src/azure/start-azure.ts';
import { readConnectionString } from '../src/connection-string.ts';
import { type AzureTestStore, azureHarness } from './harness.ts';
import { proxyFaults } from './proxy-faults.ts';

let started: Promise<{ azure: RunningAzure; proxy: FaultProxy }> | undefined;

async function start(): Promise<{ azure: RunningAzure; proxy: FaultProxy }> {
  const azure = await startAzure({}, { directory: '/nowhere', tls: undefined });
  return { azure, proxy: await startFaultProxy({ target: azure.endpoint }) };
}

async function running(): Promise<{ azure: RunningAzure; proxy: FaultProxy }> {
  started ??= start();
  return await started;
}

afterAll(async () => {
  const { azure, proxy } = await running();
  await proxy.stop();
  await azure.stop();
});

const direct = async (): Promise<AzureTestStore> => {
  const { azure } = await running();
  const connection = readConnectionString(azure.connectionString);
  if (connection === null) throw new Error('no connection string');
  return { ...connection, container: azure.container, checksum: 'md5' };
};

const proxied = async (): Promise<AzureTestStore> => {
  const { proxy } = await running();
  const faults = (prefix: string): NetworkFaults => proxyFaults(proxy, prefix);
  return { ...(await direct()), proxy: { endpoint: proxy.endpoint, faults } };
};

describeSigner(azureHarness('azure on Azurite', direct));
describeHandler(azureHarness('azure on Azurite behind a fault proxy', proxied));
