import { CONNECTIVITY, sharedRuntime } from '@mesibo-files/handler-core';
import type { NetworkPort } from '@mesibo-files/handler-core/provider';

interface Globals {
  readonly document?: unknown;
  readonly navigator?: { readonly onLine?: boolean };
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

const globals: Globals = globalThis as unknown as Globals;

/** In Node nobody can tell what network there is: it counts as always there, and not metered. */
const alwaysWifi: NetworkPort = { connectivity: () => CONNECTIVITY.WIFI, onChange: () => () => undefined };

/** The network as the platform tells it; only a browser does. */
export function platformNetwork(): NetworkPort {
  return globals.navigator?.onLine === undefined ? alwaysWifi : sharedRuntime().ports.network;
}

/** Whether this is the thread that draws: a browser's page, and no worker; in Node, which draws nothing, the main thread. */
export function isUiThread(): boolean {
  if (globals.document !== undefined) return true;
  const threads = globals.process?.getBuiltinModule?.('node:worker_threads');
  return threads instanceof Object && 'isMainThread' in threads && threads.isMainThread === true;
}
