import { describeHandler, describeSigner, proxyFaults } from '@mesibo-files/conformance';
import {
  type FaultProxy,
  type LocalCloud,
  startFaultProxy,
  startLocalCloud,
} from '@mesibo-files/local-cloud';
import { afterAll } from 'vitest';
import { type GcsTestStore, gcsHarness } from './harness.ts';

let started: Promise<{ cloud: LocalCloud; proxy: FaultProxy }> | undefined;

async function start(): Promise<{ cloud: LocalCloud; proxy: FaultProxy }> {
  const cloud = await startLocalCloud();
  return { cloud, proxy: await startFaultProxy({ target: cloud.gcs.endpoint }) };
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

for (const upload of ['session', 'multipart'] as const) {
  const direct = async (): Promise<GcsTestStore> => ({ ...(await running()).cloud.gcs, upload });

  const proxied = async (): Promise<GcsTestStore> => {
    const { cloud, proxy } = await running();
    const faults: GcsTestStore['faults'] = (prefix) =>
      proxyFaults(proxy, prefix, ['X-Goog-Signature', 'upload_id']);
    return { ...cloud.gcs, endpoint: proxy.endpoint, upload, faults };
  };

  describeSigner(gcsHarness(`gcs by ${upload} on local-cloud`, direct));
  describeHandler(gcsHarness(`gcs by ${upload} on local-cloud behind a fault proxy`, proxied));
}
