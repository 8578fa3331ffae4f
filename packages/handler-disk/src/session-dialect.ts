import type { SessionDialect } from '@mesibo-files/handler-core';
import { OFFSET_HEADER } from './answers.ts';
import { DIGEST_HEADER } from './metadata.ts';

/** What a session is sent and answers. Only a request with the digest of the whole ends it, so to ask ends nothing. */
export const DIALECT: SessionDialect = {
  chunkMultiple: 1,
  chunk: [{ name: 'content-range', value: 'bytes {first}-{last}/{total}' }],
  finish: [{ name: 'content-range', value: 'bytes */{total}' }],
  last: [{ name: DIGEST_HEADER, value: '{crc32}' }],
  lastDigests: ['crc32'],
  ask: { method: 'PUT', headers: [{ name: 'content-range', value: 'bytes */*' }] },
  offset: { header: OFFSET_HEADER, prefix: '', counts: 'next', absent: 0 },
};
