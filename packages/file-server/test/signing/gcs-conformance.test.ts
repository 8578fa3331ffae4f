import { describeHandler, describeSigner, type NetworkFaults, proxyFaults } from '@mesibo-files/conformance';
import { gcsStore } from './gcs-store.ts';
import { type RemoteStore, remoteHarness } from './remote-harness.ts';
import { runningWorld } from './running-world.ts';
import { secondStoreHandlerCases, secondStoreSignerCases } from './second-store.ts';

const world = runningWorld({}, ({ gcs }) => gcs.endpoint);

const direct = async (): Promise<RemoteStore> => gcsStore((await world()).cloud.gcs);

const proxied = async (): Promise<RemoteStore> => {
  const { endpoint, ...proxy } = (await world()).proxy;
  const faults = (prefix: string): NetworkFaults =>
    proxyFaults(proxy, prefix, ['X-Goog-Signature', 'upload_id']);
  return { ...(await direct()), proxy: { endpoint, faults } };
};

describeSigner(
  remoteHarness('remote, sessions of GCS on local-cloud', world, direct),
  secondStoreSignerCases,
);
describeHandler(
  remoteHarness('remote, sessions of GCS behind a fault proxy', world, proxied),
  secondStoreHandlerCases,
);
