import {
  createRuntime,
  type Runtime,
  type RuntimeOptions,
  SignedFileTransferHandler,
  type SignedHandlerOptions,
  type Signer,
  type TransferError,
  type TransferEvent,
} from '@mesibo-files/handler-core';
import {
  type MemoryFiles,
  type MemoryStore,
  memoryFiles,
  memoryStore,
} from '@mesibo-files/handler-core/testing';

/** A store, and a device with files and a handler; all in memory, and everything as in an app. */
export interface Cloud {
  readonly store: MemoryStore;
  readonly files: MemoryFiles;
  readonly signer: Signer;
  readonly runtime: Runtime;
  readonly events: TransferEvent[];
  readonly handler: SignedFileTransferHandler;
  /** Why transfers failed. */
  readonly errors: TransferError[];
}

/** Some bytes, different everywhere. */
export const bytes: Uint8Array = Uint8Array.from({ length: 100 }, (_, at) => (at * 37) % 251);

export function createCloud(
  options: Partial<SignedHandlerOptions> = {},
  runtimeOptions: RuntimeOptions = {},
): Cloud {
  const [store, files] = [memoryStore(), memoryFiles()];
  const events: TransferEvent[] = [];
  const errors: TransferError[] = [];
  const signer = store.signer({ partSize: 32 });
  const runtime = createRuntime({
    ...runtimeOptions,
    ports: { files, http: store.http, ...runtimeOptions.ports },
    onEvent: (event) => events.push(event),
  });
  const onError = (error: TransferError): void => void errors.push(error);
  const handler = new SignedFileTransferHandler({ signer, runtime, onError, ...options });
  return { store, files, signer, runtime, events, handler, errors };
}

/** Holds every call of the store's signer back until `go`. */
export function holdBack(store: MemoryStore): () => void {
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  store.faults.beforeSigner = () => gate;
  return go;
}
