import { nodeHash } from '@mesibo-files/handler-core/node';
import { type DigestAlgorithm, type Digests, toBase64 } from '@mesibo-files/handler-core/provider';
import { present } from './check.ts';
import { crc64nvme } from './crc64.ts';

const hash = nodeHash({ crc64nvme });

/** The digests of these bytes. */
export function digestsOf(bytes: Uint8Array, algorithms: readonly DigestAlgorithm[]): Digests {
  return Object.fromEntries(
    algorithms.map((algorithm) => {
      const hasher = present(hash.create(algorithm), `a hasher for ${algorithm}`);
      if (bytes.byteLength > 0) hasher.update(bytes);
      return [algorithm, toBase64(hasher.digest())];
    }),
  );
}
