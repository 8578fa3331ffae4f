import type { Connectivity } from '../contract/constants.ts';

/** The state of the device's network, as `Mesibo.getNetworkConnectivity()` tells it. */
export interface NetworkPort {
  connectivity(): Connectivity;
  /** Calls back on every change; the answer unsubscribes. */
  onChange(callback: (connectivity: Connectivity) => void): () => void;
}
