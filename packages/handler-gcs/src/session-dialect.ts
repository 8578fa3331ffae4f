import type { SessionDialect } from '@mesibo-files/handler-core/provider';
import { CHUNK_QUANTUM } from './limits.ts';
import type { GcsChecksum } from './options.ts';

/** What a session of Cloud Storage is sent and answers: https://cloud.google.com/storage/docs/performing-resumable-uploads */
export function dialectOf(checksum: GcsChecksum): SessionDialect {
  const total = { name: 'content-range', value: 'bytes */{total}' };
  const bound = checksum === 'crc32c';
  return {
    chunkMultiple: CHUNK_QUANTUM,
    chunk: [{ name: 'content-range', value: 'bytes {first}-{last}/{total}' }],
    finish: [total],
    last: bound ? [{ name: 'x-goog-hash', value: 'crc32c={crc32c}' }] : [],
    lastDigests: bound ? ['crc32c'] : [],
    ask: { method: 'PUT', headers: [total] },
    // A 308 without the header means that nothing is stored yet.
    offset: { header: 'range', prefix: 'bytes=0-', counts: 'last', absent: 0 },
  };
}
