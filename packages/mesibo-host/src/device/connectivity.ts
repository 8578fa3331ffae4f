import type { Connectivity } from '@mesibo-files/handler-core';
import type { NetworkPort } from '@mesibo-files/handler-core/provider';

/** The network's state as handlers and the engine read it: what the app said last with `setNetwork`, else the platform's. */
export class ConnectivityState implements NetworkPort {
  readonly #platform: NetworkPort;
  readonly #watchers = new Set<(connectivity: Connectivity) => void>();
  #said: Connectivity | null = null;

  constructor(platform: NetworkPort) {
    this.#platform = platform;
    platform.onChange((connectivity) => {
      if (this.#said === null) this.#tell(connectivity);
    });
  }

  connectivity(): Connectivity {
    return this.#said ?? this.#platform.connectivity();
  }

  onChange(callback: (connectivity: Connectivity) => void): () => void {
    const watcher = (connectivity: Connectivity): void => callback(connectivity);
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  set(connectivity: Connectivity): void {
    const before = this.connectivity();
    this.#said = connectivity;
    if (connectivity !== before) this.#tell(connectivity);
  }

  #tell(connectivity: Connectivity): void {
    for (const watcher of [...this.#watchers]) watcher(connectivity);
  }
}
