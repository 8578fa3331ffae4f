import { describeHandler, describeSigner, proxyFaults } from '@mesibo-files/conformance';
import {
  type FaultProxy,
  type LocalCloud,
  startFaultProxy,
  startLocalCloud,
} from '@mesibo-files/local-cloud';
import { afterAll } from 'vitest';
import { type S3TestStore, s3Harness } from './harness.ts';

let started: Promise<{ cloud: LocalCloud; proxy: FaultProxy }> | undefined;

async function start(): Promise<{ cloud: LocalCloud; proxy: FaultProxy }> {
  const cloud = await startLocalCloud();
  return { cloud, proxy: await startFaultProxy({ target: cloud.s3.endpoint }) };
}

async function running(): Promise<{ cloud: LocalCloud; proxy: FaultProxy }> {
  started ??= start();
  return await started;
}

afterAll(async () => {
  const { cloud, proxy } = await running();
  await proxy.stop();
  await cloud.stop();
});

const direct = async (): Promise<S3TestStore> => ({ ...(await running()).cloud.s3, checksum: 'crc32' });

const proxied = async (): Promise<S3TestStore> => {
  const { cloud, proxy } = await running();
  const faults: S3TestStore['faults'] = (prefix) => proxyFaults(proxy, prefix, ['X-Amz-Signature']);
  return { ...cloud.s3, endpoint: proxy.endpoint, checksum: 'crc32', faults };
};

describeSigner(s3Harness('s3 on local-cloud', direct));
describeHandler(s3Harness('s3 on local-cloud behind a fault proxy', proxied));
