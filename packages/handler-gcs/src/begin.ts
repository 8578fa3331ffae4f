import {
  type FileFacts,
  type Plan,
  type SignerCall,
  TransferError,
  trueName,
} from '@mesibo-files/handler-core';
import { checkFileFacts, keyFor, partSizeFor } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { MAX_PARTS } from './limits.ts';
import { beginParts } from './parts.ts';
import { planOf } from './plan.ts';
import { openSession, sessionPart } from './session.ts';
import type { Settings } from './settings.ts';
import { signParts } from './sign.ts';
import type { TicketFacts } from './ticket.ts';

/** Chooses key, shape and part size. A file in one request costs no request here; a session or parts cost one. */
export async function begin(context: SignerContext, file: FileFacts, call: SignerCall): Promise<Plan> {
  const { settings, clock } = context;
  checkFileFacts(file);
  const multipart = settings.upload === 'multipart';
  const most = mostBytes(settings, file);
  const facts: TicketFacts = {
    bucket: settings.bucket,
    key: keyFor(settings, clock, file),
    uploadId: null,
    session: null,
    size: file.size,
    maxSize: most,
    partSize: multipart ? partSizeFor(most, settings.partSize, MAX_PARTS) : settings.partSize,
    contentType: file.contentType,
    name: trueName(file.name),
    uid: file.uid,
    mid: String(file.mid),
    source: file.source,
    transferId: file.transferId,
    checksum: settings.checksum,
    begunAt: Math.round(clock.now()),
  };
  if (file.size !== null && file.size <= settings.singleUpTo) {
    const ready = facts.checksum === 'none' || file.digests.crc32c !== undefined;
    const wanted = { number: 1, size: file.size, digests: file.digests };
    return planOf(facts, clock.now(), ready ? await signParts(context, facts, [wanted]) : []);
  }
  if (multipart) {
    const uploadId = await beginParts(context, facts, call);
    return planOf({ ...facts, uploadId }, clock.now(), []);
  }
  const session = await openSession(context, facts, call);
  return planOf({ ...facts, session }, clock.now(), [sessionPart(facts, session, clock.now())]);
}

/** The most bytes that this upload takes. @throws `file-too-large` */
function mostBytes({ maxSize, partSize, upload }: Settings, file: FileFacts): number {
  if (file.size !== null) {
    if (file.size <= maxSize) return file.size;
    throw new TransferError('file-too-large', `${file.size} bytes are more than the ${maxSize} allowed`);
  }
  if (file.maxSize !== null) return Math.min(file.maxSize, maxSize);
  // A stream of no stated length is given the wanted part size, and so as much as 10,000 such parts hold.
  return upload === 'multipart' ? Math.min(maxSize, partSize * MAX_PARTS) : maxSize;
}
