import { TransferError } from '@mesibo-files/handler-core';
import type { SignerCall } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { landingName } from './landing.ts';
import { xmlUrl } from './location.ts';
import { objectHeaders } from './metadata.ts';
import type { TicketFacts } from './ticket.ts';
import { textOf } from './xml.ts';

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
