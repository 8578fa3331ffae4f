import { TransferError } from '@mesibo-files/handler-core';
import {
  type ListedPartsUpload,
  type ListedUpload,
  pendingFolder,
  type SignerCall,
} from '@mesibo-files/handler-core/provider';
import { readListing } from '../format/metadata.ts';
import { bucketUrl, xmlUrl } from '../format/urls.ts';
import { elements, textOf } from '../format/xml.ts';
import type { SignerContext } from './context.ts';

/** All uploads of parts under the prefix. */
export async function* listUploads(
  { caller, location, settings }: SignerContext,
  call: SignerCall,
): AsyncIterable<ListedPartsUpload> {
  const { prefix } = settings;
  let markers: Record<string, string> = {};
  for (;;) {
    const query = { uploads: '', ...(prefix === '' ? {} : { prefix: `${prefix}/` }), ...markers };
    const url = xmlUrl(location, null, query);
    const page = await caller.send('listing unfinished uploads', call, { method: 'GET', url, by: 'token' });
    if (elements(page.body, 'ListMultipartUploadsResult').length === 0) {
      throw new TransferError('bad-answer', 'listing unfinished uploads: the answer is no list');
    }
    for (const one of elements(page.body, 'Upload')) {
      const name = textOf(one, 'Key');
      const uploadId = textOf(one, 'UploadId');
      if (!name || !uploadId || (prefix !== '' && !name.startsWith(`${prefix}/`))) continue;
      yield { name, uploadId, begunAt: Date.parse(textOf(one, 'Initiated') ?? '') };
    }
    const next = markersOf(page.body);
    const same = Object.entries(next).every(([name, value]) => markers[name] === value);
    if (textOf(page.body, 'IsTruncated') !== 'true' || same) return;
    markers = next;
  }
}

/** All objects under pending names. */
export async function* listPending(
  { caller, location, settings }: SignerContext,
  call: SignerCall,
): AsyncIterable<ListedUpload> {
  const folder = pendingFolder(settings.prefix);
  let pageToken = '';
  for (;;) {
    const query = new URLSearchParams({ prefix: folder, ...(pageToken === '' ? {} : { pageToken }) });
    const url = `${bucketUrl(location)}/o?${query}`;
    const page = await caller.send('listing pending uploads', call, { method: 'GET', url, by: 'token' });
    const list = readListing(page.body);
    if (list === null)
      throw new TransferError('bad-answer', 'listing pending uploads: the answer is no list');
    for (const { name, createdAt } of list.objects) {
      if (name.startsWith(folder) && name !== folder) yield { name, uploadId: null, begunAt: createdAt };
    }
    if (list.next === '' || list.next === pageToken) return;
    pageToken = list.next;
  }
}

function markersOf(page: string): Record<string, string> {
  const key = textOf(page, 'NextKeyMarker');
  const uploadId = textOf(page, 'NextUploadIdMarker');
  return {
    ...(key ? { 'key-marker': key } : {}),
    ...(key && uploadId ? { 'upload-id-marker': uploadId } : {}),
  };
}
