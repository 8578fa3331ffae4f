import { TransferError } from '../../errors/transfer-error.ts';
import type { PartsPlan, SinglePlan } from '../../signer/plan.ts';
import type { PartFacts } from '../../signer/signer.ts';
import { sameDigests } from '../digests.ts';
import { linkSlices, sliced } from '../request/body.ts';
import type { TransferContext } from '../request/context.ts';
import { failure } from '../request/exchange.ts';
import { sendSigned } from '../request/signed-exchange.ts';
import type { SignedRequestCache } from '../request/signed-request-cache.ts';
import { allOrFirstError, childOf, throwIfStopped } from '../request/time.ts';
import { PartInFlight } from './part-in-flight.ts';
import type { PartReader } from './part-reader.ts';
import type { SliceLog } from './upload-job.ts';

/** What a round of sending parts needs. */
export interface PartsRound {
  readonly plan: PartsPlan | SinglePlan;
  readonly requests: SignedRequestCache;
  readonly reader: PartReader;
  readonly log: SliceLog;
  /** What the store said it holds; a part is believed only when its bytes prove the same. */
  readonly stored: ReadonlyMap<number, PartFacts>;
}

/** How a round ended. */
export interface RoundEnd {
  readonly parts: readonly PartFacts[];
  /** Whether the store's own answer to every part was seen. */
  readonly answered: boolean;
  /** The store no longer knows the upload. */
  readonly gone: boolean;
}

/**
 * Sends parts, several at once: each is read once into its own buffer, hashed, signed, sent. A part that the store
 * holds is read and hashed too, and sent only if it is not the same.
 */
export async function sendParts(outer: TransferContext, round: PartsRound): Promise<RoundEnd> {
  const done: PartFacts[] = [];
  const end = { answered: true, gone: false };
  const { controller, release } = childOf(outer.signal);
  const context = { ...outer, signal: controller.signal };
  const worker = async (): Promise<void> => {
    while (!end.gone) {
      throwIfStopped(context.signal);
      const part = await PartInFlight.next(context, round.reader);
      if (part === null) return;
      try {
        const { facts } = part;
        if (!isStored(round, facts)) {
          await round.log.add(facts);
          const sent = await sendPart(context, round, part);
          end.answered &&= sent.answered;
          end.gone ||= sent.gone;
          if (sent.gone) return;
        }
        context.ledger.confirm(facts.number, facts.size);
        done.push(facts);
      } finally {
        part.release();
      }
    }
  };
  try {
    await allOrFirstError(Array.from({ length: round.reader.lanes }, worker), (error) =>
      controller.abort(error),
    );
  } finally {
    release();
  }
  return { parts: done.sort((left, right) => left.number - right.number), ...end };
}

function isStored({ stored, log }: PartsRound, facts: PartFacts): boolean {
  const existing = stored.get(facts.number);
  if (existing === undefined || existing.size !== facts.size) return false;
  const noted = log.known.get(facts.number);
  const comparable = [existing.digests, ...(noted?.size === facts.size ? [noted.digests] : [])].filter(
    (digests) => Object.keys(digests).length > 0,
  );
  return comparable.length > 0 && comparable.every((digests) => sameDigests(digests, facts.digests));
}

async function sendPart(
  context: TransferContext,
  { plan, requests }: PartsRound,
  part: PartInFlight,
): Promise<{ answered: boolean; gone: boolean }> {
  const { facts } = part;
  const { limits, pace, ports } = context;
  const slices = linkSlices(pace.up.speed, limits.sliceSize, ports.clock);
  const doing = plan.shape === 'single' ? 'upload' : `part ${facts.number}`;
  const settled = await sendSigned(context, requests, {
    doing,
    part: facts,
    body: async () => sliced(await part.bytes(), slices),
    answers: plan.answers,
    onSent: (count) => context.ledger.moved(facts.number, count),
    onFailed: () => context.ledger.failed(facts.number),
  });
  requests.drop(facts.number, null);
  if (settled.read.means === 'done') return { answered: true, gone: false };
  if (settled.read.means === 'gone') {
    if (settled.read.error === 'object-not-found' || settled.read.error === 'upload-gone') {
      return { answered: false, gone: true };
    }
    throw failure(settled, doing);
  }
  // Something is there, or somebody answered who may not be the store: the commit looks.
  if (settled.read.means === 'exists') return { answered: false, gone: false };
  throw new TransferError('bad-answer', `${doing}: the store wants more of a request that had everything`);
}
