import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRuntime,
  type HandlerOptions,
  memoryJournal,
  type Ports,
  type RuntimeOptions,
  type TransferError,
  type TransferLimits,
} from '@mesibo-files/handler-core';
import type { Capabilities } from '@mesibo-files/handler-core/provider';
import { call } from '../carry/signer-test.ts';
import { bytesOf } from '../check/bytes.ts';
import { check, equal, present } from '../check/check.ts';
import { SecretWatch } from '../check/secrets.ts';
import type {
  HandlerBench,
  HandlerHarness,
  HandlerOverrides,
  TransferHandler,
} from '../harness/handler-harness.ts';
import type { NetworkFaults } from '../harness/network-faults.ts';
import { type SortedStore, sortedStore } from '../harness/store.ts';
import { injectFaults } from '../http/injected-faults.ts';
import { RecordedTransfer, type TransferFields } from './recorded-transfer.ts';
import { resultOf } from './reports.ts';

/** Short enough for a suite: nothing of it changes what is guaranteed. */
const LIMITS: Partial<TransferLimits> = {
  attempts: 4,
  retryBase: 5,
  retryCap: 40,
};

/** What a case is given: a bench, a folder of its own, and ways to start transfers. */
export interface HandlerTest {
  readonly bench: HandlerBench & { readonly store: SortedStore };
  readonly capabilities: Capabilities;
  readonly secrets: SecretWatch;
  readonly faults: NetworkFaults;
  /** A folder that is empty at first. */
  readonly folder: string;
  /** Every error that a handler of this test told. */
  readonly errors: TransferError[];
  /** A handler on a runtime of its own, with the journal of the test. */
  handler(changes?: HandlerChanges): TransferHandler;
  /** Writes a file into the folder. */
  file(
    name: string,
    size: number,
    seed?: number,
  ): Promise<{ readonly path: string; readonly bytes: Uint8Array }>;
  close(): Promise<void>;
}

/** What a case changes for one handler. */
export interface HandlerChanges {
  readonly ports?: Partial<Ports>;
  readonly limits?: Partial<TransferLimits>;
  readonly options?: Partial<HandlerOptions>;
  /** Gives a request up after the bench's patience. Only for what hangs: on a busy machine, honest answers take longer. */
  readonly impatient?: boolean;
  readonly overrides?: HandlerOverrides;
}

/** Opens a bench and everything a case needs around it. */
export async function openHandlerTest(harness: HandlerHarness): Promise<HandlerTest> {
  const opened = await harness.open();
  const bench = { ...opened, store: sortedStore(opened.store) };
  const secrets = new SecretWatch();
  for (const secret of bench.secrets) secrets.add(secret, 'a secret of the bench');
  const transport = bench.transport ?? bench.http;
  const wrapped = bench.faults ? { http: transport, faults: bench.faults } : injectFaults(transport);
  const journal = memoryJournal();
  const errors: TransferError[] = [];
  const patience = bench.patience ?? 150;
  const impatient = { stallAfter: patience, answerWithin: patience };
  const folder = await mkdtemp(join(tmpdir(), 'mesibo-files-conformance-'));
  return {
    bench,
    secrets,
    capabilities: await bench.signer.capabilities(call),
    faults: wrapped.faults,
    folder,
    errors,
    handler(changes = {}) {
      const options: RuntimeOptions = {
        ports: { http: wrapped.http, journal, ...changes.ports },
        limits: { ...LIMITS, ...(changes.impatient ? impatient : {}), ...changes.limits },
      };
      const runtime = createRuntime(options);
      const onError = (error: TransferError): void => void errors.push(error);
      return bench.handler({ runtime, onError, ...changes.options }, changes.overrides);
    },
    async file(name, size, seed = 1) {
      const path = join(folder, name);
      const bytes = bytesOf(size, seed);
      await writeFile(path, bytes);
      return { path, bytes };
    },
    async close() {
      await rm(folder, { recursive: true, force: true });
      await bench.close();
    },
  };
}

/** Starts a transfer, which must answer true at once. */
export function start(handler: TransferHandler, fields: TransferFields): RecordedTransfer {
  const transfer = new RecordedTransfer(fields);
  equal(handler.Mesibo_onStartFileTransfer(transfer), true, 'the answer of start');
  return transfer;
}

/** Uploads a file, which must succeed; answers its file URL. */
export async function uploadFile(
  handler: TransferHandler,
  path: string,
  fields: Partial<TransferFields> = {},
): Promise<string> {
  const result = await resultOf(start(handler, { ...fields, upload: true, path }));
  check(result.success, 'the upload succeeds');
  return present(result.url, 'the URL of an upload');
}

/** Names of everything in the test's folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).sort();
}
