import type { Backend } from './backend.ts';
import { Pieces } from './pieces.ts';
import type { ObjectRecord } from './records.ts';

/** The bucket from the inside, for tests. */
export interface MemoryObjects {
  /** Keys of all objects. */
  keys(): readonly string[];
  /** Facts of an object, or null. */
  inspect(key: string): ObjectRecord | null;
  /** All bytes of an object, copied, or null. */
  bytes(key: string): Uint8Array | null;
  /** Puts or overwrites an object, as somebody else would. */
  put(key: string, bytes: Uint8Array, contentType?: string): void;
  /** Deletes an object behind everybody's back. */
  delete(key: string): void;
}

export function memoryObjects(backend: Backend): MemoryObjects {
  return {
    keys: () => [...backend.objects.keys()],
    inspect: (key) => backend.objects.get(key) ?? null,
    bytes: (key) => backend.objects.get(key)?.bytes.toBytes() ?? null,
    put(key, bytes, contentType = 'application/octet-stream') {
      const head = { contentType, disposition: null, meta: {} };
      backend.putObject(key, head, new Pieces([bytes.slice()]), { kind: 'none' }, false);
    },
    delete: (key) => void backend.objects.delete(key),
  };
}
