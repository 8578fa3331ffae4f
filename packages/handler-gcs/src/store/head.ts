import { type StoredObject, TransferError } from '@mesibo-files/handler-core';
import {
  type FinalPlace,
  fileUrlFor,
  type ObjectFacts,
  parseContentDisposition,
  type SignerCall,
  senderOf,
} from '@mesibo-files/handler-core/provider';
import { isCondition } from '../format/codes.ts';
import { type ObjectResource, readResource } from '../format/metadata.ts';
import { jsonUrl, xmlUrl } from '../format/urls.ts';
import type { TicketFacts } from '../ticket.ts';
import type { SignerContext } from './context.ts';

/**
 * What the store says of an object, or null when there is none.
 *
 * @param bucket - `known`: the bucket was just seen, so that what is not there is an object
 */
export async function headObject(
  context: SignerContext,
  key: string,
  call: SignerCall,
  bucket: 'known' | 'unknown' = 'unknown',
): Promise<ObjectResource | null> {
  const answer = await context.caller.send(
    'looking at the object',
    call,
    { method: 'GET', url: jsonUrl(context.location, key), by: 'token' },
    ({ status }) => status === 404,
  );
  if (answer.status === 404 && bucket === 'known') return null;
  if (answer.status === 404) return explain(context, key, call);
  const resource = readResource(answer.body);
  if (resource === null) {
    throw new TransferError('bad-answer', 'looking at the object: the answer is of no object');
  }
  return resource;
}

/** The JSON API's 404 may be the object's or the bucket's; the XML API says which. */
async function explain({ caller, location }: SignerContext, key: string, call: SignerCall): Promise<null> {
  const answer = await caller.send(
    'looking at the object',
    call,
    { method: 'GET', url: xmlUrl(location, key, {}), headers: { range: 'bytes=0-0' }, by: 'token' },
    ({ status, code }) => code === 'NoSuchKey' || status === 416,
  );
  if (answer.code === 'NoSuchKey') return null;
  throw new TransferError('server-error', 'looking at the object: it appeared just now');
}

/** An object's facts, from the store's answer. */
export function objectFacts(resource: ObjectResource): ObjectFacts {
  return {
    size: resource.size,
    contentType: resource.contentType ?? 'application/octet-stream',
    version: resource.generation,
    integrity:
      Object.keys(resource.digests).length === 0
        ? { kind: 'none' }
        : { kind: 'whole', digests: resource.digests },
    name: parseContentDisposition(resource.contentDisposition ?? ''),
    ...senderOf(resource.metadata),
  };
}

/** A committed object: its facts, and the durable URL. */
export function storedObject(context: SignerContext, key: string, facts: ObjectFacts): StoredObject {
  return { ...facts, key, url: fileUrlFor(context.settings.publicUrl ?? context.location.baseUrl, key) };
}

/** Deletes an object, of this generation if one is given; that it is gone already is as good. */
export async function removeObject(
  { caller, location }: SignerContext,
  key: string,
  call: SignerCall,
  generation?: string,
): Promise<void> {
  const condition = generation === undefined ? '' : `?ifGenerationMatch=${generation}`;
  await caller.send(
    'removing the object',
    call,
    { method: 'DELETE', url: `${jsonUrl(location, key)}${condition}`, by: 'token' },
    ({ status, code }) => status === 404 || (status === 412 && isCondition(code)),
  );
}

/** The place of an upload under its final key. */
export function finalPlace(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): FinalPlace<ObjectResource> {
  return {
    committed: () => headObject(context, facts.key, call),
    storedObject: async (found) => storedObject(context, facts.key, objectFacts(found)),
    remove: ({ generation }) => removeObject(context, facts.key, call, generation),
  };
}
