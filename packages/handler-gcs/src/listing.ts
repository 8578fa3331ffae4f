import { TransferError } from '@mesibo-files/handler-core';
import type { PartFacts, SignerCall } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { landingName } from './landing.ts';
import { xmlUrl } from './location.ts';
import type { TicketFacts } from './ticket.ts';
import { elements, textOf } from './xml.ts';

/** Codes of an upload that the store no longer knows. */
export const UPLOAD_GONE: readonly string[] = ['NoSuchUpload', 'NoSuchKey'];

/** A part that the store lists. It states no digest of it: the CRC of the whole tells, in the end. */
export interface ListedPart extends PartFacts {
  /** As Complete wants it back. */
  readonly etag: string;
}

/** All parts that the store holds of an upload, by number; null when it no longer knows the upload. */
export async function listParts(
  { caller, location, settings }: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<ReadonlyMap<number, ListedPart> | null> {
  const parts = new Map<number, ListedPart>();
  let marker = '';
  for (;;) {
    const query = {
      uploadId: facts.uploadId ?? '',
      ...(marker === '' ? {} : { 'part-number-marker': marker }),
    };
    const page = await caller.send(
      'listing the parts',
      call,
      { method: 'GET', url: xmlUrl(location, landingName(facts, settings), query), by: 'token' },
      ({ code }) => UPLOAD_GONE.includes(code ?? ''),
    );
    if (page.code !== null) return null;
    if (elements(page.body, 'ListPartsResult').length === 0) {
      throw new TransferError('bad-answer', 'listing the parts: the answer is no list');
    }
    for (const part of elements(page.body, 'Part').map(listedPart)) parts.set(part.number, part);
    if (textOf(page.body, 'IsTruncated') !== 'true') return parts;
    const next = textOf(page.body, 'NextPartNumberMarker') ?? '';
    // A store that gives the same marker again would be asked for ever.
    if (next === '' || next === marker)
      throw new TransferError('bad-answer', 'listing the parts: no end to it');
    marker = next;
  }
}

function listedPart(xml: string): ListedPart {
  return {
    number: Number(textOf(xml, 'PartNumber')),
    size: Number(textOf(xml, 'Size') ?? Number.NaN),
    digests: {},
    etag: textOf(xml, 'ETag') ?? '',
  };
}
