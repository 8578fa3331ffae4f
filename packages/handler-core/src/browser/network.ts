import { CONNECTIVITY, type Connectivity } from '../contract/constants.ts';
import type { NetworkPort } from '../ports/ports.ts';
import { browser } from './globals.ts';

/**
 * What a browser tells of its network: that there is none, and, where it knows the Network Information API, that it is
 * metered, and how fast then. Everything else is taken for Wi-Fi: a page that can't tell would never download by itself.
 */
export const browserNetwork: NetworkPort = {
  connectivity,
  onChange(callback) {
    const tell = (): void => callback(connectivity());
    browser.addEventListener?.('online', tell);
    browser.addEventListener?.('offline', tell);
    const connection = browser.navigator?.connection;
    connection?.addEventListener?.('change', tell);
    return () => {
      connection?.removeEventListener?.('change', tell);
      browser.removeEventListener?.('online', tell);
      browser.removeEventListener?.('offline', tell);
    };
  },
};

/** The speeds that a browser measures: it names each by the kind of network that is as fast. */
const BY_SPEED: ReadonlyMap<string, Connectivity> = new Map<string, Connectivity>([
  ['slow-2g', CONNECTIVITY['2G']],
  ['2g', CONNECTIVITY['2G']],
  ['3g', CONNECTIVITY['3G']],
]);

function connectivity(): Connectivity {
  const { onLine, connection } = browser.navigator ?? {};
  if (onLine === false) return CONNECTIVITY.DISCONNECTED;
  const metered = connection?.type === 'cellular' || connection?.saveData === true;
  if (!metered) return CONNECTIVITY.WIFI;
  return BY_SPEED.get(connection?.effectiveType ?? '') ?? CONNECTIVITY['4G'];
}
