import { TransferError } from '@mesibo-files/handler-core';
import type { SignerCall } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { landingName } from './landing.ts';
import { COMPLETE_WITHIN } from './limits.ts';
import { type ListedPart, UPLOAD_GONE } from './listing.ts';
import { xmlUrl } from './location.ts';
import type { TicketFacts } from './ticket.ts';
import { elements, escapeXml } from './xml.ts';

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
