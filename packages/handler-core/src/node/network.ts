import { CONNECTIVITY } from '../contract/constants.ts';
import type { NetworkPort } from '../ports/network.ts';

/** The network of a server: always there and not metered. Whether it really is, each request finds out. */
export const alwaysOnline: NetworkPort = {
  connectivity: () => CONNECTIVITY.WIFI,
  onChange: () => () => {},
};
