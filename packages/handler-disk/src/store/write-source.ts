import type { FileHandle } from 'node:fs/promises';
import { type Source, TransferError } from '@mesibo-files/handler-core';
import { KIB } from '@mesibo-files/handler-core/provider';
import { runningCrc32 } from '../format/digests.ts';
import { FLUSH_STRIDE } from './files.ts';
import type { Progress } from './session-state.ts';

/** Bytes that are read and written at once. An upload holds two of these. */
const PIECE: number = 128 * KIB;

/** Buffers that are kept for the next upload: memory that was touched once is cheap. */
const MOST_KEPT = 64;

const kept: Uint8Array[] = [];

/** Where the bytes of a file come from, and how far they may go. */
export interface Incoming {
  readonly source: Pick<Source, 'read'>;
  /** The most bytes. */
  readonly maxSize: number;
  readonly signal: AbortSignal;
}

/**
 * Writes a source to its end into an empty file, with its CRC32: one piece is written while the next is filled. Nothing
 * writes any more when this has ended. The file is not flushed to its end.
 * @throws `file-too-large`, `stopped`, and what source or disk failed with
 */
export async function writeSource(file: FileHandle, incoming: Incoming): Promise<Progress> {
  const buffers = [kept.pop(), kept.pop()];
  let writing: Promise<void> = Promise.resolve();
  try {
    let [bytes, crc, unflushed] = [0, 0, 0];
    for (let turn = 0; ; turn = 1 - turn) {
      buffers[turn] ??= Buffer.allocUnsafeSlow(PIECE);
      const buffer = buffers[turn] as Uint8Array;
      const filled = await incoming.source.read(bytes, buffer);
      check(incoming, bytes + filled);
      const piece = buffer.subarray(0, filled);
      crc = runningCrc32(piece, crc);
      await writing;
      unflushed += filled;
      const flushes = unflushed >= FLUSH_STRIDE;
      if (flushes) unflushed = 0;
      writing = write(file, piece, bytes, flushes);
      // Whoever waits for it sees its failure; until then it is nobody's.
      writing.catch(() => undefined);
      bytes += filled;
      if (filled < buffer.length) break;
    }
    await writing;
    return { bytes, crc };
  } finally {
    await writing.catch(() => undefined);
    for (const buffer of buffers) {
      if (buffer !== undefined && kept.length < MOST_KEPT) kept.push(buffer);
    }
  }
}

function check({ maxSize, signal }: Incoming, bytes: number): void {
  if (signal.aborted) throw new TransferError('stopped', 'The upload was stopped.');
  if (bytes > maxSize) throw new TransferError('file-too-large', `The file has more than ${maxSize} bytes.`);
}

/** Writes all of it, also where the system takes it in bites, and sets the disk to work now and then. */
async function write(file: FileHandle, bytes: Uint8Array, at: number, flushes: boolean): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
  if (flushes) await file.datasync();
}
