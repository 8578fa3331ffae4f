import { type Signer, TransferError } from '@mesibo-files/handler-core';
import { nodeHash } from '@mesibo-files/handler-core/node';
import { type DigestAlgorithm, type Digests, toBase64 } from '@mesibo-files/handler-core/provider';

const platform = nodeHash();

/** The digests of these bytes, by the signer's own hashes where it has them. */
export function digestsOf(
  signer: Signer,
  algorithms: readonly DigestAlgorithm[],
  bytes: Uint8Array,
): Digests {
  const digests: Partial<Record<DigestAlgorithm, string>> = {};
  for (const algorithm of algorithms) {
    const hasher = signer.hash?.create(algorithm) ?? platform.create(algorithm);
    if (hasher === undefined) throw new TransferError('unsupported', `${algorithm} can't be worked out here`);
    hasher.update(bytes);
    digests[algorithm] = toBase64(hasher.digest());
  }
  return digests;
}
