import { describeHandler, describeSigner, type NetworkFaults, proxyFaults } from '@mesibo-files/conformance';
import { type RemoteStore, remoteHarness } from './remote-harness.ts';
import { runningWorld } from './running-world.ts';
import { s3Store } from './s3-store.ts';

const world = runningWorld({}, ({ s3 }) => s3.endpoint);

const direct = async (): Promise<RemoteStore> => s3Store((await world()).cloud.s3);

const proxied = async (): Promise<RemoteStore> => {
  const { endpoint, ...proxy } = (await world()).proxy;
  const faults = (prefix: string): NetworkFaults => proxyFaults(proxy, prefix, ['X-Amz-Signature']);
  return { ...(await direct()), proxy: { endpoint, faults } };
};

describeSigner(remoteHarness('remote, S3 on local-cloud', world, direct));
describeHandler(remoteHarness('remote, S3 on local-cloud behind a fault proxy', world, proxied));
