import type { FileHandle } from 'node:fs/promises';
import { type Source, TransferError } from '@mesibo-files/handler-core';
import type { FilePart } from './file-part.ts';

/** What only differs between the sources of one upload. */
type Reading = Pick<Source, 'read' | 'replayable'> & { readonly size: number | null };

function sourceOf(name: string, { size, replayable, read }: Reading): Source {
  return {
    facts: { size, fingerprint: null, name },
    replayable,
    read,
    unchanged: async () => true,
    close: async () => undefined,
  };
}

/** A file as it comes in from the client: it can be read once, in order. */
export function streamSource(part: FilePart): Source {
  return sourceOf(part.name, {
    size: null,
    replayable: false,
    read: (_, buffer) => part.fill(buffer),
  });
}

/** A file that is in memory, in the pieces that it came in. */
export function memorySource(name: string, chunks: readonly Uint8Array[]): Source {
  return sourceOf(name, {
    size: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    replayable: true,
    read: async (offset, buffer) => copyFrom(chunks, offset, buffer),
  });
}

function copyFrom(chunks: readonly Uint8Array[], offset: number, buffer: Uint8Array): number {
  let skip = offset;
  let filled = 0;
  for (const chunk of chunks) {
    const piece = chunk.subarray(skip, skip + buffer.length - filled);
    buffer.set(piece, filled);
    filled += piece.length;
    skip = Math.max(0, skip - chunk.length);
    if (filled === buffer.length) break;
  }
  return filled;
}

/** A file that waits in a temporary file. Whoever opened that closes it. */
export function spooledSource(name: string, file: FileHandle, size: number): Source {
  return sourceOf(name, { size, replayable: true, read: (offset, buffer) => readAll(file, offset, buffer) });
}

/** One read of a file may bring less than was asked for. */
async function readAll(file: FileHandle, offset: number, buffer: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file
      .read(buffer, filled, buffer.length - filled, offset + filled)
      .catch((cause: unknown) => {
        throw new TransferError('file-io', 'a temporary file can not be read', { cause });
      });
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
