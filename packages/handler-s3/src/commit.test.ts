import { createHash, randomBytes } from 'node:crypto';
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { Signer } from '@mesibo-files/handler-core';
import type {
  BeginCall,
  CommitCall,
  PendingObject,
  Plan,
  Verdict,
} from '@mesibo-files/handler-core/provider';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cut, digestsOf, manifestOf, type PieceOfFile, send, sendPieces } from '../test/carry-out.ts';
import { call, fileFacts } from '../test/facts.ts';
import type { S3Options } from './options.ts';
import { s3Signer } from './signer.ts';

const MIB = 1024 * 1024;

describe('staged uploads', () => {
  let cloud: LocalCloud;
  let client: S3Client;
  /** Names of the signer's own requests. */
  const asked: string[] = [];
  /** Time of the store and of the signer: it leaps where a test says so. */
  let leapt = 0;
  const now = (): number => Date.now() + leapt;
  beforeAll(async () => {
    cloud = await startLocalCloud({ now });
    const { endpoint, region, accessKeyId, secretAccessKey } = cloud.s3;
    client = new S3Client({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    client.middlewareStack.add(
      (next, context) => (args) => {
        asked.push(String(context.commandName).replace('Command', ''));
        return next(args);
      },
      { step: 'initialize' },
    );
  });
  afterAll(async () => {
    client.destroy();
    await cloud.stop();
  });

  const make = (own: Partial<S3Options> = {}): Signer => {
    const { endpoint, bucket } = cloud.s3;
    return s3Signer({
      endpoint,
      bucket,
      client,
      checksum: 'md5',
      partSize: 5 * MIB,
      clock: { now },
      ...own,
    } as S3Options);
  };

  interface Sent {
    readonly plan: Plan;
    readonly file: Buffer;
    readonly pieces: readonly PieceOfFile[];
  }
  const sendAll = async (signer: Signer, size: number, staging: BeginCall['staging']): Promise<Sent> => {
    const file = randomBytes(size);
    const facts = fileFacts({
      size,
      digests: digestsOf(file),
      transferId: randomBytes(8).toString('hex'),
      secure: true,
    });
    const plan = await signer.begin(facts, { ...call, ...(staging === undefined ? {} : { staging }) });
    const pieces = cut(plan, file);
    if (plan.signed.length === 0) await sendPieces(signer, plan, pieces);
    for (const { request } of plan.signed) expect((await send(request, file)).status).toBe(200);
    return { plan, file, pieces };
  };
  const keys = async (prefix = 'mesibo/'): Promise<string[]> => {
    const { bucket: Bucket } = cloud.s3;
    const list = await client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
    return (list.Contents ?? []).map(({ Key }) => Key ?? '');
  };
  const asking = (verdict: Verdict, seen: PendingObject[] = []): CommitCall => ({
    ...call,
    inspect: async (pending) => {
      seen.push(pending);
      return verdict;
    },
  });

  it.each([
    ['none', 100, ['HeadObject']],
    ['hidden', 0, ['CreateMultipartUpload', 'CompleteMultipartUpload']],
    ['hidden', 100, ['CreateMultipartUpload', 'CompleteMultipartUpload']],
  ] as const)('of a small file, %s, of %i bytes, cost these requests', async (staging, size, expected) => {
    const signer = make();
    asked.length = 0;
    const { plan, file, pieces } = await sendAll(signer, size, staging);
    expect(plan.shape).toBe('single');
    const commit = await signer.commit(plan.ticket, manifestOf(file, pieces), call);
    // Finding out where the bucket is sends nothing.
    expect(asked.filter((name) => name !== 'HeadBucket')).toEqual(expected);
    if (commit.state !== 'stored') throw new Error(commit.state);
    const read = await signer.read(commit.object.url, call);
    expect((await send(read.request)).body.equals(file)).toBe(true);
    expect(read.sender).toEqual({ uid: 7, mid: '9', source: 1, secure: true });
  });

  it('need no list with crc32 either, where the manifest has the MD5, too', async () => {
    const signer = make({ checksum: 'crc32' });
    asked.length = 0;
    const { plan, file, pieces } = await sendAll(signer, 100, 'hidden');
    expect(plan.integrity).toEqual({ parts: ['crc32', 'md5'], whole: [], proof: 'store' });
    const commit = await signer.commit(plan.ticket, manifestOf(file, pieces), call);
    expect(asked.filter((name) => name !== 'HeadBucket')).toEqual([
      'CreateMultipartUpload',
      'CompleteMultipartUpload',
    ]);
    if (commit.state !== 'stored') throw new Error(commit.state);
    const { crc32 } = pieces[0]?.facts.digests ?? {};
    expect(commit.object.integrity).toEqual({ kind: 'whole', digests: { crc32 } });
  });

  it.each([
    ['none', 'stated', { md5: '' }],
    ['crc32', 'not stated', { md5: undefined }],
    ['crc32', 'of other bytes', { md5: createHash('md5').update('others').digest('base64') }],
  ] as const)('are listed with %s where the MD5 is %s', async (checksum, _, { md5 }) => {
    const signer = make({ checksum });
    const { plan, file, pieces } = await sendAll(signer, 100, 'hidden');
    const manifest = manifestOf(file, pieces);
    const parts = manifest.parts.map(({ digests, ...part }) => {
      const { md5: own, ...others } = digests;
      const stated = md5 === '' ? own : md5;
      return { ...part, digests: { ...others, ...(stated === undefined ? {} : { md5: stated }) } };
    });
    asked.length = 0;
    expect((await signer.commit(plan.ticket, { ...manifest, parts }, call)).state).toBe('stored');
    const listed = asked.slice(asked.indexOf('ListParts'));
    expect(listed.slice(0, 2)).toEqual(['ListParts', 'CompleteMultipartUpload']);
  });

  it('are listed for an owner who needs the facts only: a request more, and no copy', async () => {
    const signer = make({ checksum: 'crc32' });
    asked.length = 0;
    const { plan, file, pieces } = await sendAll(signer, 100, 'hidden');
    const seen: PendingObject[] = [];
    const keep = asking({ verdict: 'keep' }, seen);
    const commit = await signer.commit(plan.ticket, manifestOf(file, pieces), keep);
    expect(commit.state).toBe('stored');
    expect(seen).toMatchObject([{ size: 100, read: null }]);
    expect(asked.filter((name) => name !== 'HeadBucket')).toEqual([
      'CreateMultipartUpload',
      'ListParts',
      'CompleteMultipartUpload',
    ]);
  });

  it.each([
    ['hidden', 100],
    ['hidden', 5 * MIB + 1],
    ['readable', 100],
    ['readable', 5 * MIB + 1],
  ] as const)('are decided once: %s, %i bytes', async (staging, size) => {
    const signer = make();
    const { plan, file, pieces } = await sendAll(signer, size, staging);
    const manifest = manifestOf(file, pieces);
    const first = await signer.commit(plan.ticket, manifest, call);
    if (first.state !== 'stored') throw new Error(first.state);
    const lies = [{ size: size + 1 }, { size: size - 1 }, { size: 0, parts: [] }];
    for (const lie of lies) {
      expect((await signer.commit(plan.ticket, { ...manifest, ...lie }, call)).state).toBe('refused');
    }
    for (const { request } of plan.signed) await send(request, randomBytes(size));
    await signer.discard(plan.ticket, call);
    const again = await signer.commit(plan.ticket, manifest, call);
    expect(again).toMatchObject({ state: 'stored', object: { url: first.object.url, size } });
    const signing = signer.sign(
      plan.ticket,
      pieces.map((piece) => piece.facts),
      call,
    );
    await expect(signing).rejects.toMatchObject({ code: 'upload-ended' });
    const { request } = await signer.read(first.object.url, call);
    expect((await send(request)).body.equals(file)).toBe(true);
  });

  it('are refused for good, and say why again', async () => {
    for (const staging of ['hidden', 'readable'] as const) {
      const signer = make();
      const { plan, file, pieces } = await sendAll(signer, 100, staging);
      const manifest = manifestOf(file, pieces);
      const remove = asking({ verdict: 'remove', reason: 'a virus ☣' });
      const refusal = await signer.commit(plan.ticket, manifest, remove);
      expect(refusal).toEqual({ state: 'refused', code: 'forbidden', reason: 'a virus ☣' });
      for (const { request } of plan.signed) expect((await send(request, file)).status).toBe(404);
      expect(await signer.commit(plan.ticket, manifest, call)).toEqual(refusal);
      await signer.discard(plan.ticket, call);
      expect(await signer.commit(plan.ticket, manifest, call)).toEqual(refusal);
      const signing = signer.sign(
        plan.ticket,
        pieces.map((piece) => piece.facts),
        call,
      );
      await expect(signing).rejects.toMatchObject({ code: 'upload-ended' });
    }
  });

  it('are stored when a commit won against the refusal, also where the store lets an ended upload be aborted', async () => {
    const signer = make();
    const { plan, file, pieces } = await sendAll(signer, 100, 'hidden');
    const manifest = manifestOf(file, pieces);
    // Ceph 16 does so: a Complete of another process ends while this abort is on its way.
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName !== 'AbortMultipartUploadCommand') return next(args);
        expect((await signer.commit(plan.ticket, manifest, call)).state).toBe('stored');
        return { output: { $metadata: { httpStatusCode: 204 } }, response: undefined };
      },
      { step: 'initialize', name: 'ceph' },
    );
    const remove = asking({ verdict: 'remove', reason: 'a virus' });
    const outcome = await make()
      .commit(plan.ticket, manifest, remove)
      .finally(() => client.middlewareStack.remove('ceph'));
    if (outcome.state !== 'stored') throw new Error(outcome.state);
    expect((await signer.commit(plan.ticket, manifest, call)).state).toBe('stored');
    const { key } = outcome.object;
    expect(await keys(key.replace('mesibo/', 'mesibo/pending/'))).toEqual([]);
  });

  it('wait while the owner has not decided, who reads them; nobody else has a URL of them', async () => {
    const signer = make({ cacheControl: 'no-store', storageClass: 'STANDARD_IA' });
    const { plan, file, pieces } = await sendAll(signer, 100, 'readable');
    const manifest = manifestOf(file, pieces);
    const seen: PendingObject[] = [];
    const later = await signer.commit(
      plan.ticket,
      manifest,
      asking({ verdict: 'later', retryAfter: 7 }, seen),
    );
    expect(later).toEqual({ state: 'pending', retryAfter: 7 });
    const read = await seen[0]?.read?.(call);
    if (read === undefined) throw new Error('nothing to read');
    expect((await send(read.request)).body.equals(file)).toBe(true);
    const [pending] = await keys('mesibo/pending/');
    const url = `${cloud.s3.endpoint}/${cloud.s3.bucket}/${pending}`;
    expect(signer.owns(url)).toBe(false);
    await expect(signer.read(url, call)).rejects.toMatchObject({ code: 'foreign-url' });
    const resumed = await signer.resume(plan.ticket, call);
    expect(resumed.stored).toMatchObject({ state: 'parts', parts: [{ number: 1, size: 100 }] });
    const commit = await signer.commit(plan.ticket, manifest, asking({ verdict: 'keep' }));
    if (commit.state !== 'stored') throw new Error(commit.state);
    const head = await client.send(
      new HeadObjectCommand({ Bucket: cloud.s3.bucket, Key: commit.object.key }),
    );
    expect(head).toMatchObject({ CacheControl: 'private, no-store', StorageClass: 'STANDARD_IA' });
    expect(head.ContentDisposition).toContain('attachment');
  });

  it('are promoted in parts where they are large, on from what is copied', async () => {
    const signer = make({ copyPartSize: 5 * MIB });
    const { plan, file, pieces } = await sendAll(signer, 11 * MIB, 'readable');
    asked.length = 0;
    const commit = await signer.commit(plan.ticket, manifestOf(file, pieces), call);
    if (commit.state !== 'stored') throw new Error(commit.state);
    expect(asked.filter((name) => name === 'UploadPartCopy')).toHaveLength(3);
    const read = await signer.read(commit.object.url, call);
    expect((await send(read.request)).body.equals(file)).toBe(true);
    expect(read.integrity).toMatchObject({ kind: 'pieces', pieceSize: 5 * MIB });
  });

  it.each([
    ['in this process', false],
    ['in another', true],
  ])('are promoted for a while a commit, and by the next from there, %s', async (_, other) => {
    const slow = make({ copyPartSize: 5 * MIB });
    const next = other ? make({ copyPartSize: 5 * MIB }) : slow;
    const large = await sendAll(slow, 26 * MIB, 'readable');
    if (other) {
      const waits = asking({ verdict: 'later', retryAfter: 7 });
      await slow.commit(large.plan.ticket, manifestOf(large.file, large.pieces), waits);
      leapt += 2_000;
    }
    client.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === 'UploadPartCopyCommand') leapt += 6_000;
        return next(args);
      },
      { step: 'initialize', name: 'leap' },
    );
    asked.length = 0;
    const manifest = manifestOf(large.file, large.pieces);
    const states: string[] = [];
    for (let turn = 0; turn < 4 && states.at(-1) !== 'stored'; turn++) {
      states.push(
        await (turn === 0 ? slow : next).commit(large.plan.ticket, manifest, call).then(({ state }) => state),
      );
    }
    client.middlewareStack.remove('leap');
    expect(states).toEqual(['pending', 'stored']);
    expect(asked.filter((name) => name === 'UploadPartCopy')).toHaveLength(6);
  });

  it('that were never committed are found and swept', async () => {
    const signer = make({ prefix: 'swept' });
    await sendAll(signer, 100, 'hidden');
    await sendAll(signer, 5 * MIB + 1, 'readable');
    const waiting = await sendAll(signer, 100, 'readable');
    const later = asking({ verdict: 'later', retryAfter: 7 });
    await signer.commit(waiting.plan.ticket, manifestOf(waiting.file, waiting.pieces), later);
    const found: string[] = [];
    for await (const { ticket } of signer.unfinished(-60_000, call)) found.push(ticket);
    expect(found).toHaveLength(3);
    for (const ticket of found) await signer.discard(ticket, call);
    for await (const each of signer.unfinished(-60_000, call))
      throw new Error(`still there: ${each.begunAt}`);
    expect(await keys('swept/')).toEqual([]);
  });
});
