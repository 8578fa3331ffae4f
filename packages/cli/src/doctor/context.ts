import type { Signer } from '@mesibo-files/handler-core';
import { nodeHttp, systemClock } from '@mesibo-files/handler-core/node';
import { type Clock, type HttpPort, MINUTE, type SignerCall } from '@mesibo-files/handler-core/provider';
import type { StoreConfiguration } from '../configuration/store.ts';
import { openStore } from '../store/open-store.ts';
import type { OpenStore } from '../store/types.ts';
import { adviceFor } from './advice/index.ts';
import { Leftovers } from './leftovers.ts';
import type { DoctorContext, Known } from './types.ts';

/** A call that takes longer is given up: a store that hangs must not hang doctor. */
const CALL_WITHIN = MINUTE;
/** From this offset on, the signer is given the store's time. */
const CORRECTED_FROM = 4 * MINUTE;

export interface ContextOptions {
  readonly configuration: StoreConfiguration;
  readonly store: OpenStore;
  readonly signal: AbortSignal;
  readonly origin: string | null;
  readonly env: NodeJS.ProcessEnv;
  readonly http?: HttpPort;
  readonly clock?: Clock;
}

/** What the checks of one run work with. */
export function doctorContext(options: ContextOptions): DoctorContext {
  const { configuration, store, signal, origin, env } = options;
  const clock = options.clock ?? systemClock;
  const known: Known = { clockOffset: null, server: null, first: null, sample: null };
  const stores: OpenStore[] = [];
  const advice = adviceFor(configuration, env);
  const call = (): SignerCall => {
    const bounded = AbortSignal.timeout(CALL_WITHIN);
    const { clockOffset } = known;
    return clockOffset === null || Math.abs(clockOffset) < CORRECTED_FROM
      ? { signal: bounded }
      : { signal: bounded, storeTime: clock.now() + clockOffset };
  };
  return {
    configuration,
    signer: store.signer,
    advice: { ...advice, address: addressOf(store.signer) ?? advice.address },
    http: options.http ?? nodeHttp(),
    clock,
    signal,
    origin,
    tuned: async (tuning) => {
      if (configuration.provider === 'remote') return null;
      const opened = await openStore(configuration, tuning);
      stores.push(opened);
      return opened.signer;
    },
    close: async () => {
      for (const opened of stores.splice(0)) await opened.close();
    },
    call,
    leftovers: new Leftovers(),
    known,
  };
}

/** Where the signer's requests go, as its own reading of options and environment says; null where it names no address. */
function addressOf({ store }: Signer): string | null {
  return /https?:\/\/[^\s/]+/.exec(store ?? '')?.[0] ?? null;
}
