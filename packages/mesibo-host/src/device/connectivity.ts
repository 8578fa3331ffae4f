import { CONNECTIVITY, type Connectivity } from '@mesibo-files/handler-core';
import type { NetworkPort } from '@mesibo-files/handler-core/provider';

/** The network state that the app sets with `setNetwork`, and that handlers and the engine read. */
export class ConnectivityState implements NetworkPort {
  #state: Connectivity = CONNECTIVITY.WIFI;
  readonly #watchers = new Set<(connectivity: Connectivity) => void>();

  connectivity(): Connectivity {
    return this.#state;
  }

  onChange(callback: (connectivity: Connectivity) => void): () => void {
    const watcher = (connectivity: Connectivity): void => callback(connectivity);
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  set(connectivity: Connectivity): void {
    if (connectivity === this.#state) return;
    this.#state = connectivity;
    for (const watcher of [...this.#watchers]) watcher(connectivity);
  }
}
