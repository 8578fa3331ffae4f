import { networkInterfaces } from 'node:os';
import { CONNECTIVITY, type Connectivity } from '../contract/constants.ts';
import type { NetworkPort } from '../ports/ports.ts';

/** How often the addresses of the machine are looked at while somebody listens, in milliseconds. */
const LOOKED_AT_EVERY = 5000;

type Callback = (connectivity: Connectivity) => void;

/** Options of {@link nodeNetwork}, for tests. */
export interface NodeNetworkOptions {
  /** Tells the addresses that the machine has, as one text. Default: those of its interfaces. */
  readonly addresses?: () => string;
  /** Calls back again and again; the answer ends that. Default: a timer that keeps no process alive. */
  readonly every?: (milliseconds: number, callback: () => void) => () => void;
}

/**
 * The network of a server or a desktop. Of which kind it is, Node can't tell; it is taken for always there, for whether it
 * really is, each request finds out, and for one that need not be spared. It changes when the machine has other addresses:
 * another Wi-Fi, a VPN, a cable.
 */
export function nodeNetwork(options: NodeNetworkOptions = {}): NetworkPort {
  const { addresses = ownAddresses, every = timer } = options;
  const callbacks = new Set<Callback>();
  let known = '';
  let end: (() => void) | null = null;
  const look = (): void => {
    if (callbacks.size === 0) {
      // Only now: requests come and go, and each would begin anew.
      end?.();
      end = null;
      return;
    }
    const now = addresses();
    if (now === known) return;
    known = now;
    for (const callback of [...callbacks]) callback(CONNECTIVITY.UNKNOWN);
  };
  return {
    connectivity: () => CONNECTIVITY.UNKNOWN,
    freeIfUnknown: true,
    onChange(callback) {
      const own: Callback = (connectivity) => callback(connectivity);
      callbacks.add(own);
      if (end === null) {
        known = addresses();
        end = every(LOOKED_AT_EVERY, look);
      }
      return () => callbacks.delete(own);
    },
  };
}

/** A network that never changes, for servers that know better and for tests. */
export const alwaysOnline: NetworkPort = {
  connectivity: () => CONNECTIVITY.WIFI,
  onChange: () => () => {},
};

function ownAddresses(): string {
  return Object.entries(networkInterfaces())
    .flatMap(([name, list]) => (list ?? []).map(({ address }) => `${name} ${address}`))
    .sort()
    .join('\n');
}

function timer(milliseconds: number, callback: () => void): () => void {
  const interval = setInterval(callback, milliseconds);
  interval.unref();
  return () => clearInterval(interval);
}
