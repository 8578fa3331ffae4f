import { TransferError } from '../errors/transfer-error.ts';
import type { FilePort, Source, Target } from '../ports/files.ts';

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

interface Part {
  resumeKey: string | null;
  bytes: Uint8Array;
  kept: number;
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
  const self: MemoryFiles = {
    files,
    unfinished: parts,
    async openSource(path): Promise<Source> {
      const opened = files.get(path);
      if (opened === undefined) throw new TransferError('file-not-found', `no ${path}`);
      const facts = {
        size: opened.length,
        fingerprint: fingerprint(path),
        name: path.split('/').at(-1) ?? path,
      };
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
      const same = earlier !== undefined && resumeKey !== null && earlier.resumeKey === resumeKey;
      const part: Part = same ? earlier : { resumeKey, bytes: new Uint8Array(0), kept: 0 };
      parts.set(path, part);
      return {
        kept: part.kept,
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
        async keep(upTo) {
          part.kept = upTo;
        },
        async commit(finalPath) {
          parts.delete(path);
          files.set(finalPath, part.bytes);
        },
        async close(keep) {
          if (!keep || part.kept === 0) parts.delete(path);
        },
      };
    },
    async copy(from, to) {
      files.set(to, (files.get(from) ?? new Uint8Array(0)).slice());
    },
  };
  return self;
}
