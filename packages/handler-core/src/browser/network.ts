import { CONNECTIVITY, type Connectivity } from '../contract/constants.ts';
import type { NetworkPort } from '../ports/ports.ts';
import { browser } from './globals.ts';

/**
 * What a browser tells of its network: that there is none, and, where it knows the Network Information API, that it is
 * metered. Everything else is taken for Wi-Fi: a page that can't tell would never download by itself.
 */
export const browserNetwork: NetworkPort = {
  connectivity,
  onChange(callback) {
    const tell = (): void => callback(connectivity());
    browser.addEventListener?.('online', tell);
    browser.addEventListener?.('offline', tell);
    return () => {
      browser.removeEventListener?.('online', tell);
      browser.removeEventListener?.('offline', tell);
    };
  },
};

function connectivity(): Connectivity {
  const { onLine, connection } = browser.navigator ?? {};
  if (onLine === false) return CONNECTIVITY.DISCONNECTED;
  const metered = connection?.type === 'cellular' || connection?.saveData === true;
  return metered ? CONNECTIVITY['4G'] : CONNECTIVITY.WIFI;
}
