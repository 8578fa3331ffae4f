import { describeHandler, describeSigner, proxyFaults } from '@mesibo-files/conformance';
import {
  type FaultProxy,
  type LocalCloud,
  startFaultProxy,
  startLocalCloud,
} from '@mesibo-files/local-cloud';
import { afterAll } from 'vitest';
import { type Mounts, openMounts } from './mounts.ts';
import { type RemoteStore, remoteHarness } from './remote-harness.ts';
import { s3Store } from './s3-store.ts';

interface World {
  readonly cloud: LocalCloud;
  readonly proxy: FaultProxy;
  readonly mounts: Mounts;
}

let started: Promise<World> | undefined;

async function start(): Promise<World> {
  const cloud = await startLocalCloud();
  const proxy = await startFaultProxy({ target: cloud.s3.endpoint });
  return { cloud, proxy, mounts: await openMounts() };
}

function world(): Promise<World> {
  started ??= start();
  return started;
}

afterAll(async () => {
  const { cloud, proxy, mounts } = await world();
  await mounts.close();
  await proxy.stop();
  await cloud.stop();
});

const mounts = async (): Promise<Mounts> => (await world()).mounts;
const direct = async (): Promise<RemoteStore> => s3Store((await world()).cloud.s3);
const proxied = async (): Promise<RemoteStore> => {
  const { cloud, proxy } = await world();
  return {
    ...s3Store({ ...cloud.s3, endpoint: proxy.endpoint }),
    faults: (prefix) => proxyFaults(proxy, prefix, ['X-Amz-Signature']),
  };
};

describeSigner(remoteHarness('remote, of S3 on local-cloud', mounts, direct));
describeHandler(remoteHarness('remote, of S3 behind a fault proxy', mounts, proxied));
