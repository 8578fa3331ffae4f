import { isMainThread } from 'node:worker_threads';
import { CONNECTIVITY, type Connectivity, sharedRuntime } from '@mesibo-files/handler-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createWorld } from '../../test/world.ts';
import { MesiboNetwork } from '../network.ts';
import { isUiThread, platformNetwork } from './platform.ts';

afterEach(() => vi.unstubAllGlobals());

describe('the platform', () => {
  it('tells the network until the app says it', () => {
    let now: Connectivity = CONNECTIVITY.DISCONNECTED;
    let changed = (_: Connectivity): void => undefined;
    const network = {
      connectivity: () => now,
      onChange: (call: typeof changed) => {
        changed = call;
        return () => undefined;
      },
    };
    const alice = new MesiboNetwork({ network }).user('alice');
    expect([alice.getNetworkConnectivity(), alice.getConnectedTime()]).toEqual([
      CONNECTIVITY.DISCONNECTED,
      0,
    ]);
    const told: number[] = [];
    alice.network.onChange((connectivity) => told.push(connectivity));
    now = CONNECTIVITY['2G'];
    changed(now);
    expect([alice.getNetworkConnectivity(), told]).toEqual([CONNECTIVITY['2G'], [CONNECTIVITY['2G']]]);
    expect(alice.getConnectedTime()).toBeGreaterThan(0);
    alice.setNetwork(CONNECTIVITY.WIFI);
    changed(CONNECTIVITY['3G']);
    expect([alice.getNetworkConnectivity(), told.at(-1)]).toEqual([CONNECTIVITY.WIFI, CONNECTIVITY.WIFI]);
  });

  it('is asked in a browser, and in Node counts as Wi-Fi', () => {
    expect(createWorld().alice.getNetworkConnectivity()).toBe(CONNECTIVITY.WIFI);
    vi.stubGlobal('navigator', { onLine: true });
    expect(platformNetwork()).toBe(sharedRuntime().ports.network);
  });

  it('draws in a page, and in the main thread of Node', () => {
    expect(isUiThread()).toBe(isMainThread);
    for (const main of [true, false]) {
      vi.stubGlobal('process', { getBuiltinModule: () => ({ isMainThread: main }) });
      expect(isUiThread()).toBe(main);
    }
    vi.stubGlobal('process', undefined);
    expect(isUiThread()).toBe(false);
    vi.stubGlobal('document', {});
    expect(isUiThread()).toBe(true);
  });
});
