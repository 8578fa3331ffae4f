import { FILESOURCE } from '../contract/constants.ts';
import { toHex } from '../digest/hex.ts';
import { type SecureDownloads, tokenRights } from '../engine/download/secure.ts';
import { systemRandom } from '../ports/system.ts';
import type { TransferLabel } from '../runtime/events.ts';
import type { Signer } from '../signer/signer.ts';
import type { UploadOptions } from './types.ts';

/*
 * What makes two transfers the same, for joins, for the journal and for temporary files:
 *
 *                        store  rights  what is moved                        version        for whom
 *   joined upload          x      x     source, uid, secure, path,           fingerprint    -
 *                                       name, type
 *   journal's record       x      -     the same                             (in record)    message, picture
 *   joined download        x      x     URL                                  -              -
 *   temporary file         x      -     URL, target's path                   (in its key)   -
 *
 * Rights belong to a signer object or a token, so they don't outlive the process, and what does outlive it is told apart
 * by the store alone.
 */

/** What tells one upload from another, beside its path. */
export type UploadIdentity = Pick<
  UploadOptions,
  'uid' | 'mid' | 'source' | 'imageIndex' | 'secure' | 'name' | 'contentType'
>;

type Identified = UploadIdentity & Pick<UploadOptions, 'signer'>;

/** Names an upload for people and logs. */
export function uploadLabel(path: string, identity: UploadIdentity): TransferLabel {
  return { direction: 'upload', path, mid: identity.mid ?? 0n, source: identity.source ?? FILESOURCE.CUSTOM };
}

function sameUpload(label: TransferLabel, identity: Identified): readonly unknown[] {
  return [
    storeOf(identity.signer),
    label.source,
    identity.uid ?? 0,
    // An upload that began unprotected can't go on as protected.
    identity.secure ?? false,
    label.path,
    identity.name ?? null,
    identity.contentType ?? null,
  ];
}

/** Uploads of this key share a run. `fingerprint`: null for a stream, which is like no other. */
export function uploadJoin(label: TransferLabel, identity: Identified, fingerprint: string | null): string {
  const version = fingerprint ?? `stream ${nextNumber()}`;
  return JSON.stringify([...sameUpload(label, identity), rightsOf(identity.signer), version]);
}

/** Which record of the journal an upload has: a profile picture has no message, so its index counts. */
export function uploadKey(label: TransferLabel, identity: Identified): string {
  return JSON.stringify([
    ...sameUpload(label, identity),
    String(identity.mid ?? 0n),
    identity.imageIndex ?? 0,
  ]);
}

/** Who fetches a URL: a signer that owns it; or nobody's, with hosts that may be private and a token if it is protected. */
export type DownloadRights =
  | { readonly signer: Signer }
  | {
      readonly signer: null;
      readonly privateHosts: readonly string[];
      readonly secure: SecureDownloads | null;
    };

/** Downloads of this key share a run. */
export function downloadJoin(url: string, rights: DownloadRights): string {
  return JSON.stringify(
    rights.signer === null
      ? [url, null, rights.privateHosts, rights.secure && tokenRights(rights.secure)]
      : [url, storeOf(rights.signer), rightsOf(rights.signer)],
  );
}

/** Which temporary file a download may continue. `version`: tells the bytes from any others that the URL had or will have. */
export function downloadKey(url: string, rights: DownloadRights, version: string): string {
  const store = rights.signer === null ? null : storeOf(rights.signer);
  return JSON.stringify([store, url, version]);
}

const numbers = new WeakMap<Signer, number>();
let lastNumber = 0;
let process: string | undefined;

function nextNumber(): number {
  lastNumber += 1;
  return lastNumber;
}

/** Tells signers apart: two of one store may have different rights, so their transfers are never joined. */
function rightsOf(signer: Signer): number {
  const number = numbers.get(signer) ?? nextNumber();
  numbers.set(signer, number);
  return number;
}

/** The store of a signer. One that does not name it is a store of its own, and what it left can't be continued after it. */
export function storeOf(signer: Signer): string {
  if (signer.store !== undefined) return signer.store;
  process ??= toHex(systemRandom.bytes(8));
  return `unnamed ${process} ${rightsOf(signer)}`;
}
