import { type Commit, type Manifest, type SignerCall, TransferError } from '@mesibo-files/handler-core';
import type { SignerContext } from './context.ts';
import { findCommitted } from './find-committed.ts';
import { headObject } from './head.ts';
import { COMPLETE_WITHIN } from './limits.ts';
import { type ListedPart, UPLOAD_GONE } from './listing.ts';
import { xmlUrl } from './location.ts';
import type { TicketFacts } from './ticket.ts';
import { verify } from './verify.ts';
import { elements, escapeXml } from './xml.ts';

/** Puts the parts together, and verifies what came of it: the store compares nothing itself here. */
export async function complete(
  context: SignerContext,
  facts: TicketFacts,
  uploadId: string,
  manifest: Manifest,
  parts: readonly ListedPart[],
  call: SignerCall,
): Promise<Commit> {
  const answer = await context.caller.send(
    'putting the parts together',
    call,
    {
      method: 'POST',
      url: xmlUrl(context.location, facts.key, { uploadId }),
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
  if (answer.code !== null) return findCommitted(context, facts, manifest, call);
  if (elements(answer.body, 'CompleteMultipartUploadResult').length === 0) {
    throw new TransferError('bad-answer', 'putting the parts together: the answer makes no sense');
  }
  const head = await headObject(context, facts.key, call);
  if (head !== null) return verify(context, facts, manifest, head, call);
  throw new TransferError('server-error', 'putting the parts together: the object is not there yet');
}

function documentOf(parts: readonly ListedPart[]): string {
  const list = parts.map(
    ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`;
}
