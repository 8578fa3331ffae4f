import { toHex } from '../../digest/hex.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import type { Digests } from '../../signer/digests.ts';
import type { TransferContext } from '../context.ts';
import { persist } from '../retry.ts';
import type { Begun } from './begun.ts';
import { digestsOf } from './digesting.ts';
import { readHead } from './headed-source.ts';
import type { UploadJob } from './job.ts';
import { JournaledUpload } from './journaled.ts';

/** Begins an upload: a small file, or the beginning of a stream, is read first, so that it can be signed at once. */
export async function begin(context: TransferContext, given: UploadJob): Promise<Begun> {
  const { ports, limits, signal } = context;
  const { signer } = given;
  const able = await persist(context, () => signer.capabilities({ signal }));
  const size = given.source.facts.size;
  if (size !== null && size > able.maxSize) {
    throw new TransferError('file-too-large', `the file has ${size} bytes, the store takes ${able.maxSize}`);
  }
  let job = given;
  let digests: Digests = {};
  if (size === null || size <= able.singleUpTo) {
    const head = await readHead(context, given.source, able.singleUpTo);
    job = { ...given, source: head.source };
    if (head.whole) digests = digestsOf(ports.hash, able.beginDigests, head.head, limits.sliceSize);
  }
  const transferId = toHex(ports.random.bytes(16));
  const plan = await persist(context, () =>
    signer.begin(
      {
        ...job.facts,
        size: job.source.facts.size,
        maxSize: Math.min(limits.maxStreamSize, able.maxSize),
        transferId,
        digests,
      },
      { signal },
    ),
  );
  const { journalKey } = job;
  const fingerprint = job.source.facts.fingerprint;
  const remembered = journalKey === null || fingerprint === null ? null : { key: journalKey, fingerprint };
  const start = remembered === null ? null : { ...remembered, ticket: plan.ticket, transferId };
  return { plan, job, journal: await JournaledUpload.begin(ports, start), stored: new Map(), offset: 0 };
}
