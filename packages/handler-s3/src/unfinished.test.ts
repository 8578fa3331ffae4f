import { randomBytes } from 'node:crypto';
import type { Signer } from '@mesibo-files/handler-core';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cut, sendPieces } from '../test/carry-out.ts';
import { call, fileFacts } from '../test/facts.ts';
import { refusal, scriptedStore } from '../test/scripted-store.ts';
import { s3Signer } from './signer.ts';

const MIB = 1024 * 1024;
const HOUR = 3_600_000;

async function listed(signer: Signer, olderThan: number): Promise<string[]> {
  const tickets: string[] = [];
  for await (const { ticket } of signer.unfinished(olderThan, call)) tickets.push(ticket);
  return tickets;
}

describe('unfinished uploads', () => {
  let cloud: LocalCloud;
  /** Time of the store and of every signer. */
  let leapt = 0;
  const now = (): number => Date.now() + leapt;
  beforeAll(async () => {
    cloud = await startLocalCloud({ now });
  });
  afterAll(() => cloud.stop());

  const device = (): Signer => {
    const { endpoint, region, bucket, ...credentials } = cloud.s3;
    return s3Signer({ endpoint, region, bucket, credentials, partSize: 5 * MIB, clock: { now } });
  };

  it('are those of which no part came for so long: a slow one that runs elsewhere is none', async () => {
    const [slow, sweeper] = [device(), device()];
    const file = randomBytes(11 * MIB);
    const plan = await slow.begin(fileFacts({ size: file.length, transferId: 'slow' }), call);
    const silent = await slow.begin(fileFacts({ size: file.length, transferId: 'silent' }), call);
    const [first, second, third] = cut(plan, file);
    if (!first || !second || !third) throw new Error('three parts were expected');
    await sendPieces(slow, silent, [first]);
    for (const piece of [first, second]) {
      leapt += 3 * HOUR;
      await sendPieces(slow, plan, [piece]);
    }
    const found = await listed(sweeper, 4 * HOUR);
    expect(found).toHaveLength(1);
    for (const ticket of found) await sweeper.discard(ticket, call);
    expect((await slow.resume(silent.ticket, call)).stored).toEqual({ state: 'gone' });
    expect((await slow.resume(plan.ticket, call)).stored).toMatchObject({ parts: [{}, {}] });
    leapt += 4 * HOUR + 1_000;
    const [late = ''] = await listed(sweeper, 4 * HOUR);
    await sweeper.discard(late, call);
    expect((await slow.resume(plan.ticket, call)).stored).toEqual({ state: 'gone' });
  });

  it.each([
    ['with no part at all', '', 1],
    ['whose first part is old and the last is not', part(1, 9) + part(2, 1), 0],
    ['whose last part is old and the first is not', part(1, 1) + part(2, 9), 0],
    ['whose parts are old', part(1, 9) + part(2, 8), 1],
    ['whose parts have no time', '<Part><PartNumber>1</PartNumber></Part>', 1],
  ])('of a listing %s', async (_, parts, count) => {
    const store = await scriptedStore((_request, url) => {
      if (url.searchParams.has('uploads')) return uploads();
      if (url.searchParams.has('uploadId')) {
        return {
          body: `<ListPartsResult><Key>mesibo/a</Key><UploadId>u</UploadId>${parts}</ListPartsResult>`,
        };
      }
      return { body: '<ListBucketResult><Name>files</Name><KeyCount>0</KeyCount></ListBucketResult>' };
    });
    try {
      expect(await listed(store.signer(), 4 * HOUR)).toHaveLength(count);
      expect(await listed(store.signer(), 24 * HOUR)).toHaveLength(0);
      // Only uploads that are old enough are asked for their parts.
      expect(store.asked.filter((each) => each.endsWith(' uploadId'))).toHaveLength(1);
    } finally {
      await store.close();
    }
  });

  it('are not those that end between the list and the look at their parts', async () => {
    const store = await scriptedStore((_request, url) => {
      if (url.searchParams.has('uploads')) return uploads();
      if (url.searchParams.has('uploadId')) return refusal(404, 'NoSuchUpload');
      return { body: '<ListBucketResult><Name>files</Name><KeyCount>0</KeyCount></ListBucketResult>' };
    });
    try {
      expect(await listed(store.signer(), 4 * HOUR)).toEqual([]);
    } finally {
      await store.close();
    }
  });
});

function hoursAgo(hours: number): string {
  return new Date(Date.now() - hours * HOUR).toISOString();
}

function part(number: number, hours: number): string {
  return `<Part><PartNumber>${number}</PartNumber><LastModified>${hoursAgo(hours)}</LastModified></Part>`;
}

function uploads(): { readonly body: string } {
  const one = `<Upload><Key>mesibo/a</Key><UploadId>u</UploadId><Initiated>${hoursAgo(10)}</Initiated></Upload>`;
  return { body: `<ListMultipartUploadsResult><Bucket>files</Bucket>${one}</ListMultipartUploadsResult>` };
}
