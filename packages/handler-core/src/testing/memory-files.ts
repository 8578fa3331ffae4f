import { TransferError } from '../errors/transfer-error.ts';
import type { FilePort, Source, SourceFacts, Stretch, Target } from '../ports/ports.ts';
import { keptOf, withStretch } from '../ports/stretches.ts';

/** A device's files in memory, for tests. Everything may be looked at and changed between two calls. */
export interface MemoryFiles extends FilePort {
  /** Files by path. Replacing one changes its fingerprint. */
  readonly files: Map<string, Uint8Array>;
  /** Unfinished downloads by path: their bytes so far, and how many of them are noted as whole. */
  readonly unfinished: ReadonlyMap<string, { readonly resumeKey: string | null; readonly kept: number }>;
  /** What it throws is what the next write fails with. */
  beforeWrite?: ((path: string, offset: number) => void) | undefined;
  /** Called before each read of a source. */
  beforeRead?: ((path: string, offset: number) => void | Promise<void>) | undefined;
}

class Part {
  readonly resumeKey: string | null;
  bytes: Uint8Array = new Uint8Array(0);
  stretches: readonly Stretch[] = [];
  /** A run is at work on it. */
  taken = false;

  constructor(resumeKey: string | null) {
    this.resumeKey = resumeKey;
  }

  get kept(): number {
    return keptOf(this.stretches).kept;
  }
}

/** Makes an empty device. */
export function memoryFiles(): MemoryFiles {
  const files = new Map<string, Uint8Array>();
  const parts = new Map<string, Part>();
  const ids = new Map<Uint8Array, number>();
  const idOf = (bytes: Uint8Array): number => {
    const id = ids.get(bytes) ?? ids.size + 1;
    ids.set(bytes, id);
    return id;
  };
  const fingerprint = (path: string): string => {
    const bytes = files.get(path);
    return bytes === undefined ? 'gone' : `${bytes.length}-${idOf(bytes)}`;
  };
  const factsOf = (path: string): SourceFacts => {
    const bytes = files.get(path);
    if (bytes === undefined) throw new TransferError('file-not-found', `no ${path}`);
    return {
      size: bytes.length,
      fingerprint: fingerprint(path),
      name: path.split('/').at(-1) ?? path,
    };
  };
  const self: MemoryFiles = {
    files,
    unfinished: parts,
    look: async (path) => factsOf(path),
    async openSource(path): Promise<Source> {
      const facts = factsOf(path);
      return {
        facts,
        replayable: true,
        async read(offset, buffer) {
          await self.beforeRead?.(path, offset);
          const slice = (files.get(path) ?? new Uint8Array(0)).subarray(offset, offset + buffer.length);
          buffer.set(slice);
          return slice.length;
        },
        unchanged: async () => fingerprint(path) === facts.fingerprint,
        close: async () => undefined,
      };
    },
    async openTarget(path, resumeKey): Promise<Target> {
      const earlier = parts.get(path);
      const free = earlier !== undefined && !earlier.taken;
      const same = free && resumeKey !== null && earlier.resumeKey === resumeKey;
      const part: Part = same ? earlier : new Part(resumeKey);
      part.taken = true;
      // When two write to one place at once, only the first can be resumed.
      if (earlier === undefined || free) parts.set(path, part);
      const forget = (): void => {
        if (parts.get(path) === part) parts.delete(path);
      };
      return {
        ...keptOf(part.stretches),
        async write(offset, bytes) {
          self.beforeWrite?.(path, offset);
          if (offset + bytes.length > part.bytes.length) {
            const grown = new Uint8Array(offset + bytes.length);
            grown.set(part.bytes);
            part.bytes = grown;
          }
          part.bytes.set(bytes, offset);
        },
        async read(offset, buffer) {
          const slice = part.bytes.subarray(offset, offset + buffer.length);
          buffer.set(slice);
          return slice.length;
        },
        async keep(upTo, first = 0) {
          part.stretches = withStretch(part.stretches, { first, end: upTo });
        },
        async copy(other) {
          files.set(other, part.bytes.slice());
        },
        async commit(finalPath) {
          files.set(finalPath, part.bytes);
          forget();
        },
        async close(keep) {
          part.taken = false;
          if (!keep || part.stretches.length === 0) forget();
        },
      };
    },
  };
  return self;
}
