import {
  createRuntime,
  download,
  type Runtime,
  type Signer,
  type StoredObject,
  upload,
} from '@mesibo-files/handler-core';
import { type MemoryStore, memoryFiles } from '@mesibo-files/handler-core/testing';

/** A device with its files in memory, whose only way to the store is the engine's. */
export interface Device {
  readonly runtime: Runtime;
  upload(
    signer: Signer,
    bytes: Uint8Array,
    options?: Partial<Parameters<typeof upload>[0]>,
  ): Promise<StoredObject>;
  download(signer: Signer, url: string): Promise<Uint8Array | undefined>;
}

export function device(store: MemoryStore): Device {
  const files = memoryFiles();
  const runtime = createRuntime({
    ports: { files, http: store.http },
    limits: { attempts: 2, retryBase: 1 },
  });
  return {
    runtime,
    upload(signer, bytes, options = {}) {
      files.files.set('/cat.jpg', bytes);
      return upload({ signer, runtime, from: '/cat.jpg', ...options });
    },
    async download(signer, url) {
      await download({ signers: [signer], runtime, url, to: '/out.jpg' });
      return files.files.get('/out.jpg');
    },
  };
}

/** Bytes that differ at every offset of a few hundred. */
export function bytesOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) & 255);
}
