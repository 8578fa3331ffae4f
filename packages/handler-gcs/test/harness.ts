import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Storage } from '@google-cloud/storage';
import { type HandlerBench, type HandlerHarness, plainHttp } from '@mesibo-files/conformance';
import { SignedFileTransferHandler, type Signer } from '@mesibo-files/handler-core';
import { nodeHttp } from '@mesibo-files/handler-core/node';
import type { GcsConnection } from '@mesibo-files/local-cloud';
import { GcsFileTransferHandler, type GcsOptions, type GcsUpload, gcsSigner } from '../src/index.ts';
import { inspection } from './inspection.ts';
import { officialClient } from './official-client.ts';
import { SMALL_PART, smallPartsSigner } from './small-parts.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Where a store is, and how large files go there. */
export interface GcsTestStore
  extends Pick<GcsConnection, 'endpoint' | 'tokenUri' | 'bucket' | 'clientEmail' | 'privateKey'> {
  readonly upload: GcsUpload;
  /** Parts of `SMALL_PART`, which the store must take, when uploads go by multipart. Default: of 5 MiB, as Google's least. */
  readonly smallParts?: boolean;
  /** The store's clock, where tests can move it; the signers go by it, too. Default: the system's. */
  readonly clock?: { readonly now: () => number; readonly advance: (milliseconds: number) => void };
  readonly faults?: (prefix: string) => HandlerBench['faults'];
}

/** Keeps the prefixes of this run apart from those of earlier runs on the same store. */
const run = randomBytes(4).toString('hex');
let benches = 0;

/** Another account's key. */
const { privateKey: otherKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** A harness whose benches say what their signer is made of. */
export interface GcsHarness extends HandlerHarness {
  open(): Promise<HandlerBench & { readonly options: GcsOptions }>;
}

/** The suite's harness: a fresh prefix a case, and Google's own client to look behind the signer. */
export function gcsHarness(name: string, store: () => Promise<GcsTestStore>): GcsHarness {
  let client: Storage | undefined;
  return {
    name,
    async open() {
      const found = await store();
      const { bucket, clientEmail, clock, endpoint, faults, privateKey, tokenUri, upload } = found;
      const smallParts = upload === 'multipart' && found.smallParts === true;
      const prefix = `bench-${run}-${benches++}`;
      const partSize = upload === 'session' ? 256 * KIB : smallParts ? SMALL_PART : 5 * MIB;
      const makeSigner = smallParts ? smallPartsSigner : gcsSigner;
      const credentials = { client_email: clientEmail, private_key: privateKey, token_uri: tokenUri };
      const options: GcsOptions = { bucket, endpoint, credentials, prefix, upload, partSize };
      const fault = {
        wrongCredentials: { credentials: { ...credentials, private_key: otherKey } },
        missingBucket: { bucket: `${bucket}-missing` },
      };
      const now = clock?.now ?? Date.now;
      const sessions = new Set<string>();
      const signerWith: HandlerBench['signerWith'] = ({ clockOffset = 0, ...overrides }) =>
        watched(
          makeSigner({ ...options, ...overrides, clock: { now: () => now() + clockOffset } }),
          sessions,
        );
      const proxied = faults?.(prefix);
      client ??= officialClient(found);
      return {
        signer: signerWith({}),
        signerWith,
        broken: {
          wrongCredentials: () => makeSigner({ ...options, ...fault.wrongCredentials }),
          missingBucket: () => makeSigner({ ...options, ...fault.missingBucket }),
        },
        handler: (handlerOptions, { fault: kind, clockOffset = 0, ...overrides } = {}) => {
          const own = { now: () => now() + clockOffset };
          const made = { ...options, ...overrides, ...(kind ? fault[kind] : {}), clock: own };
          return smallParts
            ? new SignedFileTransferHandler({ ...handlerOptions, signer: makeSigner(made) })
            : new GcsFileTransferHandler({ ...handlerOptions, ...made });
        },
        http: plainHttp(),
        transport: nodeHttp(),
        patience: 800,
        ...(proxied ? { faults: proxied } : {}),
        ...(clock ? { advance: clock.advance } : {}),
        store: inspection(client, found, `${prefix}/`, sessions),
        sizes: { onePart: partSize, manyParts: 2 * partSize },
        secrets: [privateKey],
        close: async () => {},
        options,
      };
    },
  };
}

/** Notes the sessions that are opened: nobody can list them. */
function watched(signer: Signer, sessions: Set<string>): Signer {
  return {
    ...signer,
    begin: async (facts, call) => {
      const plan = await signer.begin(facts, call);
      if (plan.shape === 'session') for (const { request } of plan.signed) sessions.add(request.url);
      return plan;
    },
  };
}
