import {
  type FaultProxy,
  type LocalCloud,
  type LocalCloudOptions,
  startFaultProxy,
  startLocalCloud,
} from '@mesibo-files/local-cloud';
import { afterAll } from 'vitest';
import { type Mounts, openMounts } from './mounts.ts';

/** Local stores, a proxy in front of one of them, and file servers; started when first asked for, gone after the tests. */
export interface RunningWorld {
  readonly cloud: LocalCloud;
  readonly proxy: FaultProxy;
  readonly mounts: Mounts;
}

export function runningWorld(
  options: LocalCloudOptions,
  target: (cloud: LocalCloud) => string,
): () => Promise<RunningWorld> {
  let started: Promise<RunningWorld> | undefined;
  const start = async (): Promise<RunningWorld> => {
    const cloud = await startLocalCloud(options);
    return { cloud, proxy: await startFaultProxy({ target: target(cloud) }), mounts: await openMounts() };
  };
  const running = (): Promise<RunningWorld> => {
    started ??= start();
    return started;
  };
  afterAll(async () => {
    const { cloud, proxy, mounts } = await running();
    await mounts.close();
    await proxy.stop();
    await cloud.stop();
  });
  return running;
}
