import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HandlerBench, type HandlerHarness, plainHttp } from '@mesibo-files/conformance';
import { SignedFileTransferHandler } from '@mesibo-files/handler-core';
import { nodeHttp } from '@mesibo-files/handler-core/node';
import { diskStoreOn } from '../src/handler.ts';
import type { DiskOptions, DiskSecret, DiskStore } from '../src/index.ts';
import { inspection } from './inspection.ts';
import { readableByAll } from './readable-by-all.ts';
import type { StoreServer } from './store-server.ts';

const KIB = 1024;
const SECRET: DiskSecret = { id: 'k1', secret: 'a secret of the conformance suite' };

/** Where the stores of a harness are served, and what stands before them. */
export interface Served {
  readonly server: StoreServer;
  /** What clients are told; default: the server itself. */
  readonly endpoint?: string;
  readonly faults?: (prefix: string) => HandlerBench['faults'];
}

let benches = 0;

function diskStore(options: DiskOptions): DiskStore {
  return diskStoreOn(readableByAll, options);
}

/** The suite's harness: a folder a case, and the file system to look behind the signer. */
export function diskHarness(name: string, served: () => Promise<Served>): HandlerHarness {
  return {
    name,
    async open() {
      const { server, endpoint = server.endpoint, faults } = await served();
      const prefix = `bench-${benches++}`;
      const folder = await mkdtemp(join(tmpdir(), 'disk-store-'));
      await chmod(folder, 0o755);
      let ahead = 0;
      const optionsAt = (own: string, clockOffset = 0): DiskOptions => ({
        folder: join(folder, own),
        secrets: [SECRET],
        storeUrl: () => `${endpoint}/${prefix}-${own}`,
        prefix,
        partSize: 64 * KIB,
        clock: { now: () => Date.now() + ahead + clockOffset },
      });
      const store = diskStore(optionsAt('store'));
      await store.start();
      server.add(`${prefix}-store`, store);
      const missing = diskStore(optionsAt('missing'));
      await missing.start();
      await rm(join(folder, 'missing'), { recursive: true });
      server.add(`${prefix}-missing`, missing);
      const signerWith: HandlerBench['signerWith'] = ({ clockOffset, ...overrides }) =>
        diskStore({ ...optionsAt('store', clockOffset), ...overrides }).signer;
      const broken: HandlerBench['broken'] = {
        wrongCredentials: () => {
          const secrets = [{ ...SECRET, secret: 'another secret under the same id' }] as const;
          return diskStore({ ...optionsAt('store'), secrets }).signer;
        },
        missingBucket: () => missing.signer,
      };
      const proxied = faults?.(prefix);
      return {
        signer: store.signer,
        signerWith,
        broken,
        handler: (handlerOptions, { fault, ...overrides } = {}) =>
          new SignedFileTransferHandler({
            ...handlerOptions,
            signer: fault ? broken[fault]() : signerWith(overrides),
          }),
        http: plainHttp(),
        transport: nodeHttp(),
        patience: 800,
        ...(proxied ? { faults: proxied } : {}),
        store: inspection(join(folder, 'store')),
        advance: (milliseconds) => {
          ahead += milliseconds;
        },
        sizes: { onePart: 64 * KIB, manyParts: 256 * KIB },
        secrets: [String(SECRET.secret)],
        close: () => rm(folder, { recursive: true, force: true }),
      };
    },
  };
}
