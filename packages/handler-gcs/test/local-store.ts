import { proxyFaults } from '@mesibo-files/conformance';
import {
  type FaultProxy,
  type LocalCloud,
  startFaultProxy,
  startLocalCloud,
} from '@mesibo-files/local-cloud';
import { afterAll } from 'vitest';
import type { GcsTestStore } from './harness.ts';
import { SMALL_PART } from './small-parts.ts';

/** A local cloud of this file's tests, and the same behind a proxy that does harm; started when first asked for. */
export interface LocalStore {
  readonly direct: () => Promise<GcsTestStore>;
  readonly proxied: () => Promise<GcsTestStore>;
}

export function localStore(own: Pick<GcsTestStore, 'upload' | 'smallParts'>): LocalStore {
  let ahead = 0;
  const clock = {
    now: () => Date.now() + ahead,
    advance: (milliseconds: number): void => {
      ahead += milliseconds;
    },
  };
  let started: Promise<{ cloud: LocalCloud; proxy: FaultProxy }> | undefined;
  const start = async (): Promise<{ cloud: LocalCloud; proxy: FaultProxy }> => {
    const gcs = own.smallParts ? { minimumPartBytes: SMALL_PART } : {};
    const cloud = await startLocalCloud({ gcs, now: clock.now });
    return { cloud, proxy: await startFaultProxy({ target: cloud.gcs.endpoint }) };
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
    direct: async () => ({ ...(await running()).cloud.gcs, clock, ...own }),
    proxied: async () => {
      const { cloud, proxy } = await running();
      const faults: GcsTestStore['faults'] = (prefix) =>
        proxyFaults(proxy, prefix, ['X-Goog-Signature', 'upload_id']);
      return { ...cloud.gcs, endpoint: proxy.endpoint, faults, clock, ...own };
    },
  };
}
