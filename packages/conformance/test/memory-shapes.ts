import type { MemorySignerOptions } from '@mesibo-files/handler-core/testing';

const KiB = 1024;

/** Ways to configure the memory store's signer, so that every shape and every declaration occurs. */
export const MEMORY_SHAPES: ReadonlyMap<string, MemorySignerOptions> = new Map<string, MemorySignerOptions>([
  ['single', { shape: 'single' }],
  ['parts', { shape: 'parts' }],
  ['single and parts', { shape: 'parts', singleUpTo: 64 * KiB }],
  ['parts, compared at the commit', { shape: 'parts', singleUpTo: 64 * KiB, digest: 'md5', proof: 'parts' }],
  ['parts without digests', { shape: 'parts', digest: null }],
  ['session, Content-Range', { shape: 'session', singleUpTo: 64 * KiB, chunkMultiple: 16 * KiB }],
  ['session, Upload-Offset', { shape: 'session', dialect: 'upload-offset', digest: 'crc32c' }],
]);
