import { proxyFaults } from '@mesibo-files/conformance';
import {
  type FaultProxy,
  type LocalCloud,
  type LocalCloudOptions,
  startFaultProxy,
  startLocalCloud,
} from '@mesibo-files/local-cloud';
import { afterAll } from 'vitest';
import type { S3TestStore } from './harness.ts';

/** A local cloud of this file's tests, and the same behind a proxy that does harm; started when first asked for. */
export interface LocalStore {
  readonly direct: () => Promise<S3TestStore>;
  readonly proxied: () => Promise<S3TestStore>;
}

export function localStore(options: LocalCloudOptions, more: Pick<S3TestStore, 'smallParts'>): LocalStore {
  let ahead = 0;
  const clock = {
    now: () => Date.now() + ahead,
    advance: (milliseconds: number): void => {
      ahead += milliseconds;
    },
  };
  let started: Promise<{ cloud: LocalCloud; proxy: FaultProxy }> | undefined;
  const start = async (): Promise<{ cloud: LocalCloud; proxy: FaultProxy }> => {
    const cloud = await startLocalCloud({ ...options, now: clock.now });
    return { cloud, proxy: await startFaultProxy({ target: cloud.s3.endpoint }) };
  };
  const running = (): Promise<{ cloud: LocalCloud; proxy: FaultProxy }> => {
    started ??= start();
    return started;
  };
  afterAll(async () => {
    if (started === undefined) return;
    const { cloud, proxy } = await started;
    await proxy.stop();
    await cloud.stop();
  });
  return {
    direct: async () => ({ ...(await running()).cloud.s3, checksum: 'crc32', clock, ...more }),
    proxied: async () => {
      const { cloud, proxy } = await running();
      const faults: S3TestStore['faults'] = (prefix) => proxyFaults(proxy, prefix, ['X-Amz-Signature']);
      return { ...cloud.s3, endpoint: proxy.endpoint, checksum: 'crc32', clock, faults, ...more };
    },
  };
}
