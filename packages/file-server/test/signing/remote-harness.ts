import {
  type HandlerBench,
  type HandlerHarness,
  plainHttp,
  type StoreInspection,
} from '@mesibo-files/conformance';
import type { Signer } from '@mesibo-files/handler-core';
import { nodeHttp } from '@mesibo-files/handler-core/node';
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
  readonly name: string;
  signer(changes: StoreChanges): Signer;
  inspect(prefix: string): StoreInspection;
  faults?(prefix: string): HandlerBench['faults'];
  readonly sizes: HandlerBench['sizes'];
  readonly secrets: readonly string[];
}

/** Keeps the prefixes of the benches apart. */
let benches = 0;

/** The suite's harness: every signer is a remote one, and behind it stand a file server and a store. */
export function remoteHarness(
  name: string,
  mounts: () => Promise<Mounts>,
  open: () => Promise<RemoteStore>,
): HandlerHarness {
  return {
    name,
    async open() {
      const [{ freshBase, mount }, store] = [await mounts(), await open()];
      const own = { baseUrl: freshBase(), prefix: `bench-${benches++}` };
      /** A server with these changes: a replica of the bench's, unless its files are others. */
      const serve = (changes: Partial<StoreChanges>): RemoteOptions => {
        const baseUrl = changes.prefix === undefined ? own.baseUrl : freshBase();
        const publicUrl = `${baseUrl}/files`;
        return mount(baseUrl, store.signer({ ...own, publicUrl, ...changes }));
      };
      const signerWith = (changes: Partial<StoreChanges>): Signer => remoteSigner(serve(changes));
      const proxied = store.faults?.(own.prefix);
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
        transport: nodeHttp(),
        patience: 800,
        ...(proxied ? { faults: proxied } : {}),
        store: store.inspect(own.prefix),
        sizes: store.sizes,
        secrets: [...store.secrets, token, ...ticketKeys.map(({ secret }) => String(secret))],
        close: async () => undefined,
      };
    },
  };
}
