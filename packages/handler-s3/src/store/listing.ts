import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { TransferError } from '@mesibo-files/handler-core';
import {
  type ListedPartsUpload,
  type ListedUpload,
  pendingFolder,
  type SignerCall,
} from '@mesibo-files/handler-core/provider';
import { whoPays } from '../options.ts';
import type { SignerContext } from './context.ts';

/** All uploads of parts under the prefix. */
export async function* listUploads(
  { caller, settings }: SignerContext,
  call: SignerCall,
): AsyncIterable<ListedPartsUpload> {
  const { bucket, endpoint, prefix } = settings;
  let markers: { KeyMarker?: string; UploadIdMarker?: string } = {};
  for (;;) {
    const page = await caller.ask('listing unfinished uploads', call, (client, options) =>
      client.send(
        new ListMultipartUploadsCommand({
          Bucket: bucket,
          // MinIO lists nothing by a prefix that is no whole key.
          ...(prefix === '' || endpoint !== null ? {} : { Prefix: `${prefix}/` }),
          ...whoPays(settings),
          ...markers,
        }),
        options,
      ),
    );
    if (page.Bucket === undefined && page.Uploads === undefined) {
      throw new TransferError('bad-answer', 'listing unfinished uploads: the answer is no list');
    }
    for (const { Key: name, UploadId: uploadId, Initiated } of page.Uploads ?? []) {
      if (!name || !uploadId || (prefix !== '' && !name.startsWith(`${prefix}/`))) continue;
      yield { name, uploadId, begunAt: Initiated?.getTime() ?? Number.NaN };
    }
    const { IsTruncated, NextKeyMarker, NextUploadIdMarker } = page;
    const same = NextKeyMarker === markers.KeyMarker && NextUploadIdMarker === markers.UploadIdMarker;
    if (IsTruncated !== true || NextKeyMarker === undefined || same) return;
    markers = {
      KeyMarker: NextKeyMarker,
      ...(NextUploadIdMarker === undefined ? {} : { UploadIdMarker: NextUploadIdMarker }),
    };
  }
}

/** All objects under pending names. */
export async function* listPending(
  { caller, settings }: SignerContext,
  call: SignerCall,
): AsyncIterable<ListedUpload> {
  const { bucket, prefix } = settings;
  const folder = pendingFolder(prefix);
  let token: string | undefined;
  for (;;) {
    const more = token === undefined ? {} : { ContinuationToken: token };
    const page = await caller.ask('listing pending uploads', call, (client, options) =>
      client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: folder, ...whoPays(settings), ...more }),
        options,
      ),
    );
    if (page.Name === undefined && page.KeyCount === undefined) {
      throw new TransferError('bad-answer', 'listing pending uploads: the answer is no list');
    }
    for (const { Key: name, LastModified } of page.Contents ?? []) {
      if (!name?.startsWith(folder) || name === folder) continue;
      yield { name, uploadId: null, begunAt: LastModified?.getTime() ?? Number.NaN };
    }
    const next = page.NextContinuationToken;
    if (page.IsTruncated !== true || next === undefined || next === token) return;
    token = next;
  }
}
