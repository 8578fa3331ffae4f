import { randomBytes } from 'node:crypto';
import type { Signer } from '@mesibo-files/handler-core';
import type { Plan } from '@mesibo-files/handler-core/provider';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { crc32c } from '@node-rs/crc32';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../test/carry-out.ts';
import { call, fileFacts, optionsOf } from '../test/facts.ts';
import { refusal, type Scripted, scriptedStore } from '../test/scripted-store.ts';
import { gcsSigner } from './signer.ts';

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

  const device = (): Signer =>
    gcsSigner({ ...optionsOf(cloud.gcs), upload: 'multipart', partSize: 5 * MIB, clock: { now } });

  const sendPart = async (signer: Signer, { ticket }: Plan, number: number): Promise<void> => {
    const bytes = randomBytes(5 * MIB);
    const value = Buffer.alloc(4);
    value.writeUInt32BE(crc32c(bytes));
    const wanted = { number, size: bytes.length, digests: { crc32c: value.toString('base64') } };
    const [signed] = await signer.sign(ticket, [wanted], call);
    if (signed === undefined) throw new Error('nothing was signed');
    expect((await send(signed.request, bytes)).status).toBe(200);
  };

  it('are those of which no part came for so long: a slow one that runs elsewhere is none', async () => {
    const [slow, sweeper] = [device(), device()];
    const plan = await slow.begin(fileFacts({ size: 11 * MIB, transferId: 'slow' }), call);
    const silent = await slow.begin(fileFacts({ size: 11 * MIB, transferId: 'silent' }), call);
    await sendPart(slow, silent, 1);
    for (const number of [1, 2]) {
      leapt += 3 * HOUR;
      await sendPart(slow, plan, number);
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
});

describe('a listing of unfinished uploads', () => {
  const store = (ofParts: Scripted): ReturnType<typeof scriptedStore> =>
    scriptedStore(({ url }) => {
      if (url.searchParams.has('uploads')) return { body: uploads() };
      if (url.searchParams.has('uploadId')) return ofParts;
      return url.pathname === '/token' ? null : { body: '{"kind":"storage#objects"}' };
    });

  it.each([
    ['with no part at all', '', 1],
    ['whose first part is old and the last is not', part(1, 9) + part(2, 1), 0],
    ['whose last part is old and the first is not', part(1, 1) + part(2, 9), 0],
    ['whose parts are old', part(1, 9) + part(2, 8), 1],
    ['whose parts have no time', '<Part><PartNumber>1</PartNumber></Part>', 1],
  ])('of one %s', async (_, parts, count) => {
    const { asked, close, signer } = await store({ body: `<ListPartsResult>${parts}</ListPartsResult>` });
    try {
      expect(await listed(signer({ upload: 'multipart' }), 4 * HOUR)).toHaveLength(count);
      expect(await listed(signer({ upload: 'multipart' }), 24 * HOUR)).toHaveLength(0);
      // Only uploads that are old enough are asked for their parts.
      expect(asked.filter(({ url }) => url.searchParams.has('uploadId'))).toHaveLength(1);
    } finally {
      await close();
    }
  });

  it('leaves out what ends between the list and the look at its parts', async () => {
    const { close, signer } = await store(refusal(404, 'NoSuchUpload'));
    try {
      expect(await listed(signer({ upload: 'multipart' }), 4 * HOUR)).toEqual([]);
    } finally {
      await close();
    }
  });
});

function hoursAgo(hours: number): string {
  return new Date(Date.now() - hours * HOUR).toISOString();
}

function part(number: number, hours: number): string {
  return `<Part><PartNumber>${number}</PartNumber><LastModified>${hoursAgo(hours)}</LastModified></Part>`;
}

function uploads(): string {
  const one = `<Upload><Key>mesibo/a</Key><UploadId>u</UploadId><Initiated>${hoursAgo(10)}</Initiated></Upload>`;
  return `<ListMultipartUploadsResult>${one}</ListMultipartUploadsResult>`;
}
