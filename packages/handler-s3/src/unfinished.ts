import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { type SignerCall, TransferError, type Unfinished } from '@mesibo-files/handler-core';
import { sweptFacts } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { writeTicket } from './ticket.ts';

/** Uploads of parts under the prefix that were begun so long ago (milliseconds) and never ended. */
export async function* unfinished(
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
    for (const { Key: key, UploadId: uploadId, Initiated } of page.Uploads ?? []) {
      const begunAt = Initiated?.getTime() ?? clock.now();
      if (!key || !uploadId || clock.now() - begunAt <= olderThan) continue;
      if (prefix === '' || key.startsWith(`${prefix}/`))
        yield { ticket: sweepTicket(bucket, key, uploadId, begunAt), begunAt };
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

function sweepTicket(bucket: string, key: string, uploadId: string, begunAt: number): string {
  const common = sweptFacts(bucket, key, begunAt);
  return writeTicket({ ...common, uploadId, partSize: 1, checksum: 'none', plainETags: false });
}
