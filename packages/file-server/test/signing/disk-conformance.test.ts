import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeHandler, describeSigner, type NetworkFaults, proxyFaults } from '@mesibo-files/conformance';
import { type FaultProxy, startFaultProxy } from '@mesibo-files/local-cloud';
import { afterAll } from 'vitest';
import { type DiskServer, diskBehindServer, startDiskServer } from './disk-store.ts';
import { type Mounts, openMounts } from './mounts.ts';
import { type RemoteStore, remoteHarness } from './remote-harness.ts';
import { secondStoreHandlerCases, secondStoreSignerCases } from './second-store.ts';

interface World {
  readonly disks: DiskServer;
  readonly proxy: FaultProxy;
  readonly mounts: Mounts;
  /** Holds a folder for each bench. */
  readonly folder: string;
}

let started: Promise<World> | undefined;

async function start(): Promise<World> {
  const disks = await startDiskServer();
  const proxy = await startFaultProxy({ target: disks.endpoint });
  const folder = await mkdtemp(join(tmpdir(), 'remote-disk-'));
  await chmod(folder, 0o755);
  return { disks, proxy, mounts: await openMounts(), folder };
}

function world(): Promise<World> {
  started ??= start();
  return started;
}

afterAll(async () => {
  const { disks, proxy, mounts, folder } = await world();
  await mounts.close();
  await proxy.stop();
  await disks.stop();
  await rm(folder, { recursive: true, force: true });
});

let benches = 0;

const direct = async (): Promise<RemoteStore> => {
  const { disks, folder } = await world();
  return diskBehindServer(disks, join(folder, String(benches++)));
};

const proxied = async (): Promise<RemoteStore> => {
  const { proxy } = await world();
  const { endpoint, ...controls } = proxy;
  const faults = (prefix: string): NetworkFaults => proxyFaults(controls, prefix, ['signature']);
  return { ...(await direct()), proxy: { endpoint, faults } };
};

describeSigner(remoteHarness('remote, disk', world, direct), secondStoreSignerCases);
describeHandler(remoteHarness('remote, disk behind a fault proxy', world, proxied), secondStoreHandlerCases);
