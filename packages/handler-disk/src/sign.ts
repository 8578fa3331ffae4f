import { TransferError } from '@mesibo-files/handler-core';
import { checkPart, type SignedPart, type WantedPart } from '@mesibo-files/handler-core/provider';
import { isCrc32Digest } from './format/digests.ts';
import { DIGEST_HEADER, headersOf, headOf } from './format/metadata.ts';
import { presign } from './presign/presign.ts';
import type { DiskContext } from './store/context.ts';
import { findObject } from './store/objects.ts';
import { readRefused, readSession } from './store/session-state.ts';
import type { TicketFacts } from './ticket.ts';

/** Signs the one request of an upload. That of a session is bound to it; the session knows the rest. */
export function signParts(
  context: DiskContext,
  facts: TicketFacts,
  wanted: readonly WantedPart[],
): readonly SignedPart[] {
  const { key, session, single } = facts;
  return wanted.map((part) => {
    if (!single) {
      const grant = {
        permission: 'session',
        key,
        session,
        upload: null,
        version: null,
        headers: {},
      } as const;
      return { number: 1, request: presign(context, grant) };
    }
    checkPart({ ...facts, inParts: false }, part, 1);
    const { crc32 } = part.digests;
    if (!isCrc32Digest(crc32)) {
      throw new TransferError('invalid-argument', `Part ${part.number} can not be signed without its crc32.`);
    }
    const headers = {
      'content-length': String(part.size ?? 0),
      ...headersOf(headOf(facts, context.settings)),
      [DIGEST_HEADER]: crc32,
    };
    const grant = {
      permission: 'object',
      key,
      session: null,
      upload: session,
      version: null,
      headers,
    } as const;
    return { number: part.number, request: presign(context, grant) };
  });
}

/** @throws `upload-ended` for an upload that was committed or refused, `upload-gone` for one that was discarded */
export async function assertOpen(
  context: DiskContext,
  { staging, session, key }: TicketFacts,
): Promise<void> {
  if (staging === 'none' || session === null) return;
  const folder = await context.folder();
  const over = await readRefused(folder, session);
  if (over !== null) throw new TransferError('upload-ended', `This upload was refused: ${over.reason}.`);
  if ((await findObject(folder, key))?.session === session) {
    throw new TransferError('upload-ended', 'This upload was committed.');
  }
  if ((await readSession(folder, session)) === null) {
    throw new TransferError('upload-gone', 'This upload was discarded.');
  }
}
