import {
  type HandlerBench,
  type HandlerHarness,
  type NetworkFaults,
  plainHttp,
  type StoreInspection,
} from '@mesibo-files/conformance';
import type { Signer } from '@mesibo-files/handler-core';
import { nodeHttp } from '@mesibo-files/handler-core/node';
import type { HttpPort } from '@mesibo-files/handler-core/provider';
import { RemoteFileTransferHandler, type RemoteOptions, remoteSigner } from '@mesibo-files/handler-remote';
import type { Mounts } from './mounts.ts';
import { ticketKeys, token } from './secrets.ts';

/** What a case changes in the signer behind the server. */
export interface StoreChanges {
  readonly prefix: string;
  readonly publicUrl: string;
  readonly timeToLive?: number;
  readonly clockOffset?: number;
  readonly fault?: 'wrongCredentials' | 'missingBucket';
}

/** One store behind a file server. */
export interface RemoteStore {
  signer(changes: StoreChanges): Signer;
  inspect(prefix: string): StoreInspection;
  /** A proxy in front of the store for the engine's requests; the server's own don't go through it. */
  readonly proxy?: { readonly endpoint: string; faults(prefix: string): NetworkFaults };
  readonly sizes: HandlerBench['sizes'];
  readonly secrets: readonly string[];
}

/** Keeps the prefixes of the benches apart. */
let benches = 0;

/** The suite's harness: every signer is a remote one, and behind it stand a file server and a store. */
export function remoteHarness(
  name: string,
  world: () => Promise<{ readonly mounts: Mounts }>,
  open: () => Promise<RemoteStore>,
): HandlerHarness {
  return {
    name,
    async open() {
      const { freshBase, mount } = (await world()).mounts;
      const store = await open();
      const own = { baseUrl: freshBase(), prefix: `bench-${benches++}` };
      /** A server with these changes: a replica of the bench's, unless its files are others. */
      const serve = (changes: Partial<StoreChanges>): RemoteOptions => {
        const baseUrl = changes.prefix === undefined ? own.baseUrl : freshBase();
        const publicUrl = `${baseUrl}/files`;
        return mount(baseUrl, store.signer({ prefix: own.prefix, publicUrl, ...changes }));
      };
      const signerWith = (changes: Partial<StoreChanges>): Signer => remoteSigner(serve(changes));
      const { proxy } = store;
      return {
        signer: signerWith({}),
        signerWith,
        broken: {
          wrongCredentials: () => signerWith({ fault: 'wrongCredentials' }),
          missingBucket: () => signerWith({ fault: 'missingBucket' }),
        },
        handler: (options, overrides = {}) =>
          new RemoteFileTransferHandler({ ...options, ...serve(overrides) }),
        http: plainHttp(),
        staged: true,
        transport: proxy ? through(proxy.endpoint) : nodeHttp(),
        patience: 800,
        ...(proxy ? { faults: proxy.faults(own.prefix) } : {}),
        store: store.inspect(own.prefix),
        sizes: store.sizes,
        secrets: [...store.secrets, token, ...ticketKeys.map(({ secret }) => String(secret))],
        close: async () => undefined,
      };
    },
  };
}

/** Sends to a proxy what is signed for the store, whose host is signed as well. */
function through(endpoint: string): HttpPort {
  const http = nodeHttp();
  return {
    send: (request) => {
      const { origin, host } = new URL(request.url);
      return http.send({
        ...request,
        url: request.url.replace(origin, endpoint),
        headers: { ...request.headers, host },
      });
    },
  };
}
