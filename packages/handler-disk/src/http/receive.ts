import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { runningCrc32 } from '../crc32.ts';
import type { Progress } from '../folder/session-state.ts';
import { BodyWriter } from './body-writer.ts';

/** Where the bytes of a body go. */
export interface Sink {
  readonly file: FileHandle;
  /** What the file holds before; the body goes behind it. */
  readonly from: Progress;
  /** Bytes of the body that are held already, and are passed over. */
  readonly skip: number;
}

/** What the file holds after. */
export interface Received {
  readonly progress: Progress;
  /** Whether the body came to its end. The connection broke if it did not. */
  readonly whole: boolean;
}

/**
 * Writes a body to a file, with its CRC32, no faster than the disk takes it. What came of a body that breaks off is
 * written too.
 * @throws what the disk failed with; the request is then paused, and can still be answered
 */
export async function receive(request: IncomingMessage, { file, from, skip }: Sink): Promise<Received> {
  const writer = new BodyWriter(file, from.bytes);
  let { bytes, crc } = from;
  let passOver = skip;
  let whole = false;
  try {
    whole = await drain(request, (chunk) => {
      const fresh = passOver === 0 ? chunk : chunk.subarray(Math.min(passOver, chunk.length));
      passOver -= chunk.length - fresh.length;
      if (fresh.length === 0) return null;
      bytes += fresh.length;
      crc = runningCrc32(fresh, crc);
      return writer.add(fresh);
    });
  } finally {
    // Whatever happened: when this has ended, nothing is being written any more.
    await writer.end();
  }
  return { progress: { bytes, crc }, whole };
}

/** Hands on each chunk, and waits where it is told to. By events: iterating would close the connection on a failure. */
function drain(request: IncomingMessage, take: (chunk: Buffer) => Promise<void> | null): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const settle = (run: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      request.pause();
      run();
    };
    const onEnd = (): void => settle(() => resolve(true));
    // It comes after the end, so one that comes alone means that the body broke off.
    const onClose = (): void => settle(() => resolve(false));
    const onData = (chunk: Buffer): void => {
      const busy = take(chunk);
      if (busy === null) return;
      request.pause();
      busy.then(
        () => request.resume(),
        (error: unknown) => settle(() => reject(error)),
      );
    };
    request.on('error', () => undefined);
    request.on('data', onData).on('end', onEnd).on('close', onClose);
    if (request.destroyed) onClose();
  });
}
