import type { BlobGetPropertiesResponse } from '@azure/storage-blob';
import { type StoredObject, TransferError } from '@mesibo-files/handler-core';
import {
  fileUrlFor,
  type ObjectFacts,
  parseContentDisposition,
  type SignerCall,
  senderOf,
} from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { objectIntegrity } from './integrity.ts';
import type { Settings } from './settings.ts';

/** What the store says of a blob. */
export type BlobHead = BlobGetPropertiesResponse & { readonly etag: string; readonly contentLength: number };

/** What the store says of a blob that is committed, or null when there is none. */
export async function headBlob(
  { caller }: SignerContext,
  name: string,
  call: SignerCall,
): Promise<BlobHead | null> {
  const outcome = await caller.attempt(
    'looking at the object',
    call,
    ['BlobNotFound'],
    (container, options) => container.getBlobClient(name).getProperties(options),
  );
  if (outcome.code !== null) return null;
  const { output } = outcome;
  const { etag, contentLength, blobType } = output;
  // A header that something on the way left out is no value: an object of no bytes would be removed.
  if (etag === undefined || contentLength === undefined || blobType === undefined) {
    throw new TransferError('bad-answer', 'looking at the object: the answer is not of Azure');
  }
  return { ...output, etag, contentLength };
}

/** An object's facts, from the store's answer. */
export function objectFacts(head: BlobHead): ObjectFacts {
  return {
    size: head.contentLength,
    contentType: head.contentType ?? 'application/octet-stream',
    version: head.etag,
    integrity: objectIntegrity(head),
    name: parseContentDisposition(head.contentDisposition ?? ''),
    ...senderOf(head.metadata),
  };
}

/** A committed object: its facts, and the durable URL. */
export function storedObject(settings: Settings, key: string, head: BlobHead): StoredObject {
  return { ...objectFacts(head), key, url: fileUrlFor(settings.publicUrl ?? settings.baseUrl, key) };
}
