import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { TransferError } from '@mesibo-files/handler-core';
import {
  keyOfPending,
  pendingFolder,
  type SignerCall,
  sweptFacts,
  type Unfinished,
} from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import type { Settings } from './settings.ts';
import { writeTicket } from './ticket.ts';

/**
 * Uploads under the prefix that were begun so long ago (milliseconds) and never ended: those of parts, and what waits
 * under a pending name.
 */
export async function* unfinished(
  context: SignerContext,
  olderThan: number,
  call: SignerCall,
): AsyncIterable<Unfinished> {
  yield* unfinishedParts(context, olderThan, call);
  yield* pendingObjects(context, olderThan, call);
}

async function* unfinishedParts(
  { caller, clock, settings }: SignerContext,
  olderThan: number,
  call: SignerCall,
): AsyncIterable<Unfinished> {
  const { bucket, prefix } = settings;
  let markers: { KeyMarker?: string; UploadIdMarker?: string } = {};
  for (;;) {
    const page = await caller.ask('listing unfinished uploads', call, (client, options) =>
      client.send(
        new ListMultipartUploadsCommand({
          Bucket: bucket,
          ...(prefix === '' ? {} : { Prefix: `${prefix}/` }),
          ...markers,
        }),
        options,
      ),
    );
    if (page.Bucket === undefined && page.Uploads === undefined) {
      throw new TransferError('bad-answer', 'listing unfinished uploads: the answer is no list');
    }
    for (const { Key: name, UploadId: uploadId, Initiated } of page.Uploads ?? []) {
      const begunAt = Initiated?.getTime() ?? clock.now();
      if (!name || !uploadId || clock.now() - begunAt <= olderThan) continue;
      if (prefix === '' || name.startsWith(`${prefix}/`))
        yield { ticket: sweepTicket(settings, name, uploadId, begunAt), begunAt };
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

async function* pendingObjects(
  { caller, clock, settings }: SignerContext,
  olderThan: number,
  call: SignerCall,
): AsyncIterable<Unfinished> {
  const { bucket, prefix } = settings;
  const folder = pendingFolder(prefix);
  let token: string | undefined;
  for (;;) {
    const more = token === undefined ? {} : { ContinuationToken: token };
    const page = await caller.ask('listing pending uploads', call, (client, options) =>
      client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: folder, ...more }), options),
    );
    if (page.Name === undefined && page.KeyCount === undefined) {
      throw new TransferError('bad-answer', 'listing pending uploads: the answer is no list');
    }
    for (const { Key: name, LastModified } of page.Contents ?? []) {
      const begunAt = LastModified?.getTime() ?? clock.now();
      if (!name?.startsWith(folder) || name === folder || clock.now() - begunAt <= olderThan) continue;
      yield { ticket: sweepTicket(settings, name, null, begunAt), begunAt };
    }
    const next = page.NextContinuationToken;
    if (page.IsTruncated !== true || next === undefined || next === token) return;
    token = next;
  }
}

/** A ticket that is good for a discard. */
function sweepTicket(
  { bucket, prefix }: Settings,
  name: string,
  uploadId: string | null,
  begunAt: number,
): string {
  const waits = name.startsWith(pendingFolder(prefix));
  const common = sweptFacts(bucket, waits ? keyOfPending(prefix, name) : name, begunAt);
  return writeTicket({
    ...common,
    ...(waits ? { staging: 'readable' } : {}),
    // A single request has a size.
    size: uploadId === null ? 0 : null,
    single: uploadId === null,
    uploadId,
    partSize: 1,
    checksum: 'none',
    plainETags: false,
  });
}
