import { TransferError } from '@mesibo-files/handler-core';
import { KIB, MIB } from '@mesibo-files/handler-core/provider';
import type { Limits } from '../context/limits.ts';

/** What one upload holds while it comes in: what the parser and the socket are ahead, and a piece that is written. */
const OF_UPLOAD = 512 * KIB;

/** The same where the store is in this process: two pieces. */
const OF_UPLOAD_HERE = MIB;

/** What the engine holds more of an upload that it sends in parts: one part of 8 MiB, the next one, and what is on its way. */
const OF_PARTS = 18 * MIB;

/** How the memory of uploads is divided. */
export interface MemoryPlan {
  /** Uploads that may be sent in parts at once as they come in, at the pace of their clients. */
  readonly streams: number;
  /** Uploads that may be sent in parts at once from a temporary file, at the pace of the store. */
  readonly files: number;
}

/**
 * Divides the memory that all uploads may hold together. What is sent in parts as it comes holds its parts as long as its
 * client likes; so half of the parts are for uploads that have come already, and slow clients hold nobody up.
 * @throws `invalid-argument` for settings that can't fit
 */
export function planMemory(
  { uploadMemory, maxUploads }: Pick<Limits, 'uploadMemory' | 'maxUploads'>,
  here: boolean,
): MemoryPlan {
  const each = here ? OF_UPLOAD_HERE : OF_UPLOAD;
  const needed = maxUploads * each + (here ? 0 : 2 * OF_PARTS);
  if (uploadMemory < needed) {
    const mib = (bytes: number): string => `${Math.ceil(bytes / MIB)} MiB`;
    throw new TransferError(
      'invalid-argument',
      `limits.uploadMemory: ${maxUploads} uploads at once need ${mib(needed)}, and not ${mib(uploadMemory)}. Raise it, or lower maxUploads.`,
    );
  }
  if (here) return { streams: maxUploads, files: maxUploads };
  const parts = Math.floor((uploadMemory - maxUploads * each) / OF_PARTS);
  return { streams: Math.floor(parts / 2), files: Math.ceil(parts / 2) };
}
