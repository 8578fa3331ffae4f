import type { Hasher } from '../../digest/hash.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import type { HttpAnswer, Target } from '../../ports/ports.ts';
import type { ReadPlan } from '../../signer/signer.ts';
import type { TransferContext } from '../request/context.ts';
import { exchange, failure, wantsNewSignature } from '../request/exchange.ts';
import type { Slot } from '../request/pace.ts';
import { persist } from '../request/retry.ts';
import { RANGE_MEMORY } from './bounds.ts';
import type { ReadPlanCache } from './read-plan-cache.ts';
import { StagedWriter } from './staging.ts';

/** A stretch of the object, to be fetched by one request if all goes well. */
export interface Range {
  readonly number: number;
  readonly first: number;
  readonly size: number;
}

/** How many times a request is signed again before it fails. */
const MOST_RENEWED = 3;

/** Progress is told in steps of so many bytes: telling costs more than taking a chunk does. */
const TOLD_AT_LEAST = 256 * 1024;

/** Where a range's bytes go. */
export interface RangeSink {
  readonly target: Target;
  /** Makes the hasher, and feeds it what an earlier attempt left of the range. Null: nothing is hashed. */
  readonly hasher: (already: number) => Promise<Hasher | null>;
  /** Told how far the range was written, in bytes from its first. */
  readonly onWritten: (bytes: number) => Promise<void>;
  /** The range begins anew: the store serves no ranges. */
  readonly onRestart: () => void;
}

/**
 * Fetches one range into the target, and answers its hasher. What arrived before a failure is not fetched again,
 * where the store serves ranges.
 */
export async function fetchRange(
  context: TransferContext,
  plans: ReadPlanCache,
  sink: RangeSink,
  range: Range,
  already: number,
): Promise<Hasher | null> {
  let received = already;
  let hasher = await sink.hasher(already);
  let renewed = 0;
  const doing = `bytes from ${range.first}`;
  await persist(context, async ({ last }) => {
    if (received === range.size) return;
    if (last?.code === 'network') await plans.renew(plans.plan, null);
    for (;;) {
      const plan = await plans.current();
      if (received > 0 && !plan.ranges) {
        received = 0;
        hasher = await sink.hasher(0);
        sink.onRestart();
      }
      const from = range.first + received;
      const whole = from === 0 && range.size === plan.size;
      const slot = await acquire(context, range);
      const outcome = await exchange(context, {
        doing,
        request: plan.request,
        headers: whole ? {} : { range: `bytes=${from}-${range.first + range.size - 1}` },
        answers: plan.answers,
        receive: async (answer, moved) => {
          checkAnswer(answer, plan, from, whole, range);
          const writer = new StagedWriter(sink.target, context.buffers, from);
          let untold = 0;
          const tell = (): void => {
            context.ledger.moved(range.number, untold);
            untold = 0;
          };
          try {
            await answer.consume((chunk) => {
              moved(chunk.length);
              if (received + chunk.length > range.size)
                throw new TransferError('bad-answer', `${doing}: too many bytes`);
              received += chunk.length;
              hasher?.update(chunk);
              untold += chunk.length;
              if (untold >= TOLD_AT_LEAST) tell();
              return writer.add(chunk);
            });
          } finally {
            tell();
            await writer.end();
            await sink.onWritten(received);
          }
          if (received < range.size) throw new TransferError('network', `${doing}: the answer was cut off`);
        },
      }).finally(() => slot.release());
      if (outcome.read.means === 'done') return;
      if (outcome.read.means === 'changed' || outcome.read.means === 'exists') {
        throw new TransferError('object-changed', 'the object was overwritten while it was being downloaded');
      }
      if (!wantsNewSignature(outcome.read) || renewed >= MOST_RENEWED) throw failure(outcome, doing);
      renewed += 1;
      await plans.renew(plan, outcome.read.storeTime, outcome.read.code);
    }
  });
  return hasher;
}

function acquire({ pace, ledger, signal }: TransferContext, range: Range): Promise<Slot> {
  return pace.acquire(pace.down, ledger, RANGE_MEMORY, signal, range.size);
}

/** @throws `bad-answer` when what is coming is not what was asked for */
function checkAnswer(answer: HttpAnswer, plan: ReadPlan, from: number, whole: boolean, range: Range): void {
  if (answer.status !== (whole ? 200 : 206)) {
    throw new TransferError(
      'bad-answer',
      `the store answered ${answer.status} to a ${whole ? 'whole' : 'ranged'} GET`,
    );
  }
  const stated = answer.headers['content-range'];
  if (!whole && stated !== undefined) {
    const last = range.first + range.size - 1;
    const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(stated.trim());
    const total = match?.[3] === '*' ? plan.size : Number(match?.[3]);
    if (Number(match?.[1]) !== from || Number(match?.[2]) !== last || total !== plan.size) {
      throw new TransferError(
        'bad-answer',
        `the store sends "${stated}" instead of bytes ${from}-${last}/${plan.size}`,
      );
    }
  }
  const length = answer.headers['content-length'];
  const expected = range.first + range.size - from;
  if (
    length !== undefined &&
    answer.headers['content-encoding'] === undefined &&
    Number(length) !== expected
  ) {
    throw new TransferError('bad-answer', `the store sends ${length} bytes instead of ${expected}`);
  }
}
