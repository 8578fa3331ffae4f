import type { BlobGetPropertiesResponse } from '@azure/storage-blob';
import {
  fileUrlFor,
  type ObjectFacts,
  parseContentDisposition,
  type SignerCall,
  type StoredObject,
  TransferError,
} from '@mesibo-files/handler-core';
import { senderOf } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { objectIntegrity } from './integrity.ts';
import type { Settings } from './settings.ts';

/** What the store says of a blob that can be read, or null when there is none. */
export async function headBlob(
  { caller }: SignerContext,
  name: string,
  call: SignerCall,
): Promise<BlobGetPropertiesResponse | null> {
  const outcome = await caller.attempt(
    'looking at the object',
    call,
    ['BlobNotFound'],
    (container, options) => container.getBlobClient(name).getProperties(options),
  );
  if (outcome.code !== null) return null;
  if (outcome.output.etag === undefined || outcome.output.blobType === undefined) {
    throw new TransferError('bad-answer', 'looking at the object: the answer is not of Azure');
  }
  return outcome.output;
}

/** An object's facts, from the store's answer. */
export function objectFacts(head: BlobGetPropertiesResponse): ObjectFacts {
  return {
    size: head.contentLength ?? 0,
    contentType: head.contentType ?? 'application/octet-stream',
    version: head.etag ?? null,
    integrity: objectIntegrity(head),
    name: parseContentDisposition(head.contentDisposition ?? ''),
    ...senderOf(head.metadata),
  };
}

/** A committed object: its facts, and the durable URL. */
export function storedObject(settings: Settings, key: string, head: BlobGetPropertiesResponse): StoredObject {
  return { ...objectFacts(head), key, url: fileUrlFor(settings.publicUrl ?? settings.baseUrl, key) };
}
