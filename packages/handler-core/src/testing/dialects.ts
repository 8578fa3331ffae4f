import type { DigestAlgorithm } from '../signer/digests.ts';
import type { SessionDialect } from '../signer/session-dialect.ts';

/** How a session of the memory store speaks: with Content-Range and 308, or with Upload-Offset (much as tus does). */
export type DialectName = 'content-range' | 'upload-offset';

/** The dialect as data. `digest`: the digest of the whole file that goes with the last chunk, if any. */
export function sessionDialect(
  name: DialectName,
  chunkMultiple: number,
  digest: DigestAlgorithm | null,
): SessionDialect {
  const digests = digest === null ? [] : [digest];
  const digestHeader = digests.map((each) => ({ name: 'x-memory-digest', value: `{${each}}` }));
  if (name === 'content-range') {
    return {
      chunkMultiple,
      chunk: [{ name: 'content-range', value: 'bytes {first}-{last}/{total}' }],
      finish: [{ name: 'content-range', value: 'bytes */{total}' }],
      last: digestHeader,
      lastDigests: digests,
      ask: { method: 'PUT', headers: [{ name: 'content-range', value: 'bytes */{total}' }] },
      offset: { header: 'range', prefix: 'bytes=0-', counts: 'last', absent: 0 },
    };
  }
  return {
    chunkMultiple,
    chunk: [{ name: 'upload-offset', value: '{first}' }],
    finish: [{ name: 'upload-offset', value: '{next}' }],
    last: [{ name: 'upload-complete', value: '?1' }, ...digestHeader],
    lastDigests: digests,
    ask: { method: 'HEAD', headers: [] },
    offset: { header: 'upload-offset', prefix: '', counts: 'next', absent: 0 },
  };
}
