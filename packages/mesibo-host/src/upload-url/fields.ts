import { FILESOURCE, type MesiboFileTransfer, type PostFields } from '@mesibo-files/handler-core';
import type { UploadDialect } from './options.ts';

/** The form's fields, as they are sent. */
export type FormFields = Readonly<Record<string, string>>;

/** What mesibo tells the server beside the file: the five fields of its documents, or those of older servers. */
export function standardFields(
  transfer: Pick<MesiboFileTransfer, 'mid' | 'source'>,
  uid: number,
  token: string | null,
  dialect: UploadDialect,
): FormFields {
  const mid = BigInt.asUintN(64, transfer.mid).toString();
  if (dialect === 'current')
    return { op: 'upload', auth: token ?? '', uid: String(uid), mid, source: String(transfer.source) };
  const profile = transfer.source === FILESOURCE.PROFILE || transfer.source === FILESOURCE.GROUPPROFILE;
  return { op: 'upload', token: token ?? '', mid, profile: profile ? '1' : '0' };
}

/** A handler's own fields: nothing is added to them. */
export function ownFields(post: PostFields): FormFields {
  return Object.fromEntries(Object.entries(post).map(([name, value]) => [name, String(value)]));
}
