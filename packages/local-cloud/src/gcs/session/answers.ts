import { identityHeaders } from '../attributes.ts';
import type { GcsError } from '../errors.ts';
import { jsonError } from '../json/error-answer.ts';
import { json, objectResource } from '../json/resource.ts';
import type { GcsObject } from '../store/types.ts';
import type { GcsResponse } from '../types.ts';
import { xmlError } from '../xml/error-answer.ts';
import type { ResumableSession } from './session.ts';

/** Answers faults of the upload protocol in plain text. */
export const plainText = (status: number, text: string): GcsResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: text,
});

/** An error in the form of the API that opened the session. */
export const sessionError = (session: ResumableSession, error: GcsError): GcsResponse =>
  session.options.api === 'xml' ? xmlError(error) : jsonError(error);

/** 308 with the last byte that is stored, or without Range when nothing is. */
export const incomplete = (session: ResumableSession): GcsResponse => ({
  status: 308,
  headers: { range: session.persisted === 0 ? undefined : `bytes=0-${session.persisted - 1}` },
});

const complete = (session: ResumableSession, object: GcsObject): GcsResponse =>
  session.options.api === 'xml'
    ? { status: 200, headers: { 'content-type': 'text/html; charset=UTF-8', ...identityHeaders(object) } }
    : json(200, objectResource(object, session.options.baseUrl));

/** What a session answers for the state it is in. */
export const sessionAnswer = (session: ResumableSession): GcsResponse => {
  const { state } = session;
  switch (state.is) {
    case 'complete':
      return complete(session, state.object);
    case 'refused':
      return sessionError(session, state.error);
    case 'cancelled':
      return { status: 499 };
    case 'lapsed':
      return plainText(404, 'No such upload.');
    default:
      return incomplete(session);
  }
};
