import { describeHandler, describeSigner } from '@mesibo-files/conformance';
import {
  type FaultProxy,
  type LocalCloud,
  startFaultProxy,
  startLocalCloud,
} from '@mesibo-files/local-cloud';
import { afterAll } from 'vitest';
import { type S3TestStore, s3Harness } from './harness.ts';
import { proxyFaults } from './proxy-faults.ts';

let started: Promise<{ cloud: LocalCloud; proxy: FaultProxy }> | undefined;

async function start(): Promise<{ cloud: LocalCloud; proxy: FaultProxy }> {
  const cloud = await startLocalCloud();
  return { cloud, proxy: await startFaultProxy({ target: cloud.s3.endpoint }) };
}

async function store(): Promise<S3TestStore> {
  started ??= start();
  const { cloud, proxy } = await started;
  return {
    ...cloud.s3,
    endpoint: proxy.endpoint,
    checksum: 'crc32',
    faults: (prefix) => proxyFaults(proxy, prefix),
  };
}

afterAll(async () => {
  const running = await started;
  await running?.proxy.stop();
  await running?.cloud.stop();
});

const harness = s3Harness('s3 on local-cloud', store);
describeSigner(harness);
describeHandler(harness);
