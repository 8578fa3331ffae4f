import {
  type BeginCall,
  beginFacts,
  type FileFacts,
  type Integrity,
  KEPT_FOR,
  type Plan,
  partCount,
  partSizeFor,
  type SignedPart,
  type SignerCall,
} from '@mesibo-files/handler-core/provider';
import { PART_ANSWERS, SINGLE_ANSWERS } from './format/answers.ts';
import { MAX_PARTS, type Settings } from './options.ts';
import { signParts } from './sign.ts';
import type { SignerContext } from './store/context.ts';
import { createUpload } from './store/multipart.ts';
import { hasPredictedETag, landingName, type TicketFacts, writeTicket } from './ticket.ts';

/**
 * Chooses key, shape and part size. A trusted client's file in one request costs no request here; parts cost one. A
 * file that must stay hidden until its commit is the only part of an upload: see the README for why.
 */
export async function begin(context: SignerContext, file: FileFacts, call: BeginCall): Promise<Plan> {
  const { settings, clock } = context;
  const common = beginFacts({ ...settings, streamSize: settings.partSize * MAX_PARTS }, clock, file, call);
  const single = file.size !== null && file.size <= settings.singleUpTo;
  const facts: TicketFacts = {
    ...common,
    uploadId: null,
    single,
    partSize: partSizeFor(common.maxSize, settings.partSize, single ? 1 : MAX_PARTS),
    checksum: settings.checksum,
    plainETags: settings.encryption?.type !== 'aws:kms',
  };
  if (!single) return planOf(await beginParts(context, facts, call), clock.now(), []);
  const begun = isOnePart(facts, settings) ? await beginParts(context, facts, call) : facts;
  const ready = facts.checksum === 'none' || file.digests[facts.checksum] !== undefined;
  const wanted = { number: 1, size: file.size, digests: file.digests };
  return planOf(begun, clock.now(), ready ? await signParts(context, begun, [wanted]) : []);
}

/**
 * Whether a file in one request is the only part of an upload, so that nothing its sender adds to the request says
 * what the object is. Amazon refuses unsigned headers that would; Ceph takes `x-amz-acl: public-read`.
 */
function isOnePart({ staging }: TicketFacts, { endpoint }: Pick<Settings, 'endpoint'>): boolean {
  return staging === 'hidden' || (staging === 'readable' && endpoint !== null);
}

async function beginParts(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<TicketFacts> {
  const { uploadId, encryption } = await createUpload(
    context,
    landingName(facts, context.settings),
    facts,
    call,
  );
  // The bucket's own default may be KMS, too.
  return { ...facts, uploadId, plainETags: facts.plainETags && !encryption.startsWith('aws:') };
}

/** Signing is quick, but the answer may go over a network: a hundred URLs are some 80 KB. */
const SIGN_BATCH = 100;

/** The plan that belongs to a ticket. */
export function planOf(facts: TicketFacts, now: number, signed: readonly SignedPart[]): Plan {
  const common = {
    ticket: writeTicket(facts),
    answers: facts.single ? SINGLE_ANSWERS : PART_ANSWERS,
    integrity: integrityOf(facts),
    serverTime: now,
    keptFor: KEPT_FOR,
    signed,
  };
  if (facts.single) return { ...common, shape: 'single', size: facts.size ?? 0 };
  const most = facts.size ?? facts.maxSize;
  return {
    ...common,
    shape: 'parts',
    size: facts.size,
    partSize: facts.partSize,
    maxParts: Math.min(MAX_PARTS, partCount(most, facts.partSize)),
    signBatch: SIGN_BATCH,
  };
}

/**
 * The digest of each part is signed, so the store compares it with every byte as it arrives: that is its proof. Only
 * a CRC of the whole can be compared once more, when the parts are put together.
 */
function integrityOf(facts: TicketFacts): Integrity {
  const { checksum, single } = facts;
  if (checksum === 'none') return { parts: [], whole: [], proof: 'length' };
  // The commit names the only part of an upload by its ETag: whoever knows the MD5 spares it a list.
  const parts: Integrity['parts'] = hasPredictedETag(facts)
    ? [...new Set([checksum, 'md5'] as const)]
    : [checksum];
  return { parts, whole: !single && checksum === 'crc32' ? ['crc32'] : [], proof: 'store' };
}
