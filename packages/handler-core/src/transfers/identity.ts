import { FILESOURCE } from '../contract/constants.ts';
import type { TransferLabel } from '../runtime/events.ts';
import type { Signer } from '../signer/signer.ts';
import type { UploadOptions } from './types.ts';

/** What tells one upload from another, beside its path. */
export type UploadIdentity = Pick<UploadOptions, 'uid' | 'mid' | 'source' | 'imageIndex' | 'secure'>;

/** Names an upload for people and logs. */
export function uploadLabel(path: string, identity: UploadIdentity): TransferLabel {
  return { direction: 'upload', path, mid: identity.mid ?? 0n, source: identity.source ?? FILESOURCE.CUSTOM };
}

/** Which record of the journal an upload has: a profile picture has no message, so its index counts. */
export function uploadKey(label: TransferLabel, identity: UploadIdentity): string {
  return JSON.stringify([
    label.source,
    identity.uid ?? 0,
    String(label.mid),
    identity.imageIndex ?? 0,
    label.path,
    // What was begun unprotected is not continued as protected.
    ...(identity.secure ? ['secure'] : []),
  ]);
}

/** Names a signer's store in the journal: its records are given to signers of the same store only. */
export function storeOf(signer: Signer): string {
  return signer.store ?? '';
}

const signers = new WeakMap<Signer, number>();
let signersSeen = 0;

/** Tells signers apart: transfers through different ones have different rights, and are never joined. */
export function signerId(signer: Signer): number {
  const id = signers.get(signer) ?? signersSeen + 1;
  if (id > signersSeen) {
    signersSeen = id;
    signers.set(signer, id);
  }
  return id;
}
