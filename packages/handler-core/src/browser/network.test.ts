import { afterEach, describe, expect, it, vi } from 'vitest';
import { CONNECTIVITY } from '../contract/constants.ts';
import { browserNetwork } from './network.ts';

afterEach(() => vi.unstubAllGlobals());

describe('the network of a browser', () => {
  it.each([
    [{ onLine: false, connection: { type: 'wifi' } }, CONNECTIVITY.DISCONNECTED],
    [{ onLine: true }, CONNECTIVITY.WIFI],
    [{ onLine: true, connection: { effectiveType: '3g' } }, CONNECTIVITY.WIFI],
    [{ onLine: true, connection: { type: 'wifi', effectiveType: '2g' } }, CONNECTIVITY.WIFI],
    [{ onLine: true, connection: { type: 'cellular' } }, CONNECTIVITY['4G']],
    [{ onLine: true, connection: { type: 'cellular', effectiveType: '4g' } }, CONNECTIVITY['4G']],
    [{ onLine: true, connection: { type: 'cellular', effectiveType: '3g' } }, CONNECTIVITY['3G']],
    [{ onLine: true, connection: { type: 'cellular', effectiveType: '2g' } }, CONNECTIVITY['2G']],
    [{ onLine: true, connection: { type: 'cellular', effectiveType: 'slow-2g' } }, CONNECTIVITY['2G']],
    [{ onLine: true, connection: { saveData: true } }, CONNECTIVITY['4G']],
  ])('%j is %i', (navigator, expected) => {
    vi.stubGlobal('navigator', navigator);
    expect(browserNetwork.connectivity()).toBe(expected);
  });

  it('is told of when its kind changes, until nobody listens', () => {
    const connection = Object.assign(new EventTarget(), { type: 'cellular', effectiveType: '2g' });
    vi.stubGlobal('navigator', { onLine: true, connection });
    const told: number[] = [];
    const end = browserNetwork.onChange((connectivity) => told.push(connectivity));
    connection.effectiveType = '3g';
    connection.dispatchEvent(new Event('change'));
    end();
    connection.dispatchEvent(new Event('change'));
    expect(told).toEqual([CONNECTIVITY['3G']]);
  });
});
