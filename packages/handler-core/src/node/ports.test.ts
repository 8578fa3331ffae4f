import { describe, expect, it } from 'vitest';
import { CONNECTIVITY } from '../contract/constants.ts';
import { systemClock, systemRandom } from '../ports/system.ts';
import { nodeHash } from './hash.ts';
import { alwaysOnline } from './network.ts';

const CHECK = new TextEncoder().encode('123456789');

describe('nodeHash', () => {
  it.each([
    ['crc32', 'cbf43926'],
    ['crc32c', 'e3069283'],
    ['md5', '25f9e794323b453885f5181f1b624d0b'],
    ['sha256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ] as const)('%s', (algorithm, hex) => {
    const hasher = nodeHash().create(algorithm);
    hasher?.update(CHECK.subarray(0, 4));
    hasher?.update(new Uint8Array(0));
    hasher?.update(new Uint8Array(new ArrayBuffer(0)));
    hasher?.update(CHECK.subarray(4));
    expect(Buffer.from(hasher?.digest() ?? []).toString('hex')).toBe(hex);
  });

  it('takes more hashers', () => {
    const mine = { update: () => {}, digest: () => Uint8Array.of(1) };
    expect(nodeHash({ crc64nvme: () => mine }).create('crc64nvme')).toBe(mine);
    expect(nodeHash({ crc32: () => mine }).create('crc32')).toBe(mine);
  });
});

describe('systemClock', () => {
  it('calls back, or not when it was cancelled', async () => {
    const called: string[] = [];
    const cancel = systemClock.after(1, () => called.push('cancelled'));
    cancel();
    const begun = systemClock.monotonic();
    await new Promise<void>((resolve) => systemClock.after(5, resolve));
    expect(systemClock.monotonic() - begun).toBeGreaterThan(3);
    expect(called).toEqual([]);
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
  });

  it('does not fire a very long timer at once', async () => {
    let fired = false;
    const cancel = systemClock.after(2 ** 40, () => {
      fired = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    cancel();
    expect(fired).toBe(false);
  });
});

it('systemRandom gives bytes and fractions', () => {
  expect(systemRandom.bytes(16)).toHaveLength(16);
  expect(systemRandom.bytes(16)).not.toEqual(systemRandom.bytes(16));
  expect(systemRandom.fraction()).toBeLessThan(1);
});

it('alwaysOnline is Wi-Fi for good', () => {
  expect(alwaysOnline.connectivity()).toBe(CONNECTIVITY.WIFI);
  expect(() => alwaysOnline.onChange(() => {})()).not.toThrow();
});
