import { TransferError } from '@mesibo-files/handler-core';
import {
  abortParts,
  isCount,
  type ListedPartsUpload,
  type PartFacts,
  type SignerCall,
} from '@mesibo-files/handler-core/provider';
import { objectHeaders } from '../format/metadata.ts';
import { xmlUrl } from '../format/urls.ts';
import { elements, escapeXml, textOf } from '../format/xml.ts';
import { COMPLETE_WITHIN } from '../options.ts';
import { landingName, type TicketFacts } from '../ticket.ts';
import type { SignerContext } from './context.ts';

/** Begins an upload of parts; the answer is its id. Multipart uploads know no preconditions. */
export async function beginParts(
  { caller, location, settings }: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<string> {
  const answer = await caller.send('beginning an upload of parts', call, {
    method: 'POST',
    url: xmlUrl(location, landingName(facts, settings), { uploads: '' }),
    headers: objectHeaders(facts, settings),
    by: 'token',
  });
  const uploadId = textOf(answer.body, 'UploadId');
  if (uploadId) return uploadId;
  throw new TransferError('bad-answer', 'beginning an upload of parts: no upload id came');
}

/** Codes of an upload that the store no longer knows. */
const UPLOAD_GONE: readonly string[] = ['NoSuchUpload', 'NoSuchKey'];

/** A part that the store lists. It states no digest of it: the CRC of the whole tells, in the end. */
export interface ListedPart extends PartFacts {
  /** The ETag, as Complete wants it back. */
  readonly etag: string;
}

/** Which upload of parts, by its object's name in the bucket. */
type OpenUpload = Pick<ListedPartsUpload, 'name' | 'uploadId'>;

/** All parts that the store holds of an upload, by number; null when it no longer knows the upload. */
export async function listParts(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<ReadonlyMap<number, ListedPart> | null> {
  const place = { name: landingName(facts, context.settings), uploadId: facts.uploadId ?? '' };
  const parts = new Map<number, ListedPart>();
  for await (const page of partPages(context, place, call)) {
    if (page === null) return null;
    for (const part of page.map(listedPart)) parts.set(part.number, part);
  }
  return parts;
}

/**
 * When the newest part of an upload arrived, in milliseconds since 1970; NaN where it has none; null when the store no
 * longer knows the upload.
 */
export async function lastPartAt(
  context: SignerContext,
  upload: OpenUpload,
  call: SignerCall,
): Promise<number | null> {
  let last = Number.NaN;
  for await (const page of partPages(context, upload, call)) {
    if (page === null) return null;
    for (const part of page) {
      const time = Date.parse(textOf(part, 'LastModified') ?? '');
      if (Number.isNaN(last) || time > last) last = time;
    }
  }
  return last;
}

/** The parts of an upload in XML, page by page; null when the store no longer knows the upload. */
async function* partPages(
  { caller, location }: SignerContext,
  { name, uploadId }: OpenUpload,
  call: SignerCall,
): AsyncIterable<readonly string[] | null> {
  let marker = '';
  for (;;) {
    const url = xmlUrl(location, name, {
      uploadId,
      ...(marker === '' ? {} : { 'part-number-marker': marker }),
    });
    const page = await caller.send(
      'listing the parts',
      call,
      { method: 'GET', url, by: 'token' },
      ({ code }) => UPLOAD_GONE.includes(code ?? ''),
    );
    if (page.code !== null) return yield null;
    if (elements(page.body, 'ListPartsResult').length === 0) {
      throw new TransferError('bad-answer', 'listing the parts: the answer is no list');
    }
    yield elements(page.body, 'Part');
    if (textOf(page.body, 'IsTruncated') !== 'true') return;
    const next = textOf(page.body, 'NextPartNumberMarker') ?? '';
    // A store that gives the same marker again would be asked for ever.
    if (next === '' || next === marker)
      throw new TransferError('bad-answer', 'listing the parts: no end to it');
    marker = next;
  }
}

/** @throws `bad-answer` for a part of no number, size or ETag */
function listedPart(xml: string): ListedPart {
  const [number, size] = [
    Number(textOf(xml, 'PartNumber') || Number.NaN),
    Number(textOf(xml, 'Size') || Number.NaN),
  ];
  const etag = textOf(xml, 'ETag');
  if (!isCount(number) || !isCount(size) || !etag) {
    throw new TransferError('bad-answer', 'listing the parts: one has no number, no size or no ETag');
  }
  return { number, size, digests: {}, etag };
}

/** Aborts an upload of parts. False: the store no longer knew it. */
export function abortUpload(
  context: SignerContext,
  facts: TicketFacts,
  uploadId: string,
  call: SignerCall,
): Promise<boolean> {
  const url = xmlUrl(context.location, landingName(facts, context.settings), { uploadId });
  const abort = async (): Promise<boolean> => {
    const { code } = await context.caller.send(
      'discarding the upload',
      call,
      { method: 'DELETE', url, by: 'token' },
      (answer) => UPLOAD_GONE.includes(answer.code ?? ''),
    );
    return code === null;
  };
  return abortParts(abort, () => listParts(context, facts, call));
}

/** Puts the parts together. The store compares nothing itself here: what came of it is to be verified. */
export async function complete(
  context: SignerContext,
  facts: TicketFacts,
  uploadId: string,
  parts: readonly ListedPart[],
  call: SignerCall,
): Promise<'done' | 'gone'> {
  const answer = await context.caller.send(
    'putting the parts together',
    call,
    {
      method: 'POST',
      url: xmlUrl(context.location, landingName(facts, context.settings), { uploadId }),
      headers: { 'content-type': 'application/xml' },
      body: documentOf(parts),
      by: 'token',
      within: COMPLETE_WITHIN,
    },
    ({ code }) => UPLOAD_GONE.includes(code ?? '') || code === 'InvalidPart',
  );
  if (answer.code === 'InvalidPart') {
    throw new TransferError('server-error', 'putting the parts together: a part changed meanwhile');
  }
  if (answer.code !== null) return 'gone';
  if (elements(answer.body, 'CompleteMultipartUploadResult').length === 0) {
    throw new TransferError('bad-answer', 'putting the parts together: the answer makes no sense');
  }
  return 'done';
}

function documentOf(parts: readonly ListedPart[]): string {
  const list = parts.map(
    ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`;
}
