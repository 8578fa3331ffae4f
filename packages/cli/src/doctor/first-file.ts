import { TransferError } from '@mesibo-files/handler-core';
import { digestsOf } from './digests.ts';
import { sampleBody, sendSample, signSample } from './sample.ts';
import type { DoctorContext, FirstFile, SampleAnswer } from './types.ts';
import { told } from './wire.ts';

/** How many times a store may say "later", or that the clock is off. */
const ATTEMPTS = 3;

/**
 * Sends a small file, once for all checks that look at how it fares: its one answer tells of credentials, region, bucket
 * and permission.
 */
export async function firstFile(context: DoctorContext): Promise<FirstFile> {
  const { known } = context;
  known.first ??= await attempt(context);
  return known.first;
}

async function attempt(context: DoctorContext): Promise<FirstFile> {
  try {
    let sent = await sendOne(context);
    for (let tries = 1; tries < ATTEMPTS && isPassing(sent); tries++) {
      const { storeTime } = sent.read;
      if (sent.read.means !== 'retry' && storeTime !== null) {
        context.known.clockOffset = storeTime - context.clock.now();
      }
      await tellRefusal(context, sent);
      sent = await sendOne(context);
    }
    return { error: null, sent };
  } catch (error) {
    context.signal.throwIfAborted();
    return { error: TransferError.from(error), sent: null };
  }
}

/** As the engine does: the signer looks for what mends it, as another key, region, or a request with no condition. */
async function tellRefusal({ signer, call }: DoctorContext, { sample, read }: SampleAnswer): Promise<void> {
  if (read.means !== 'expired' || read.code === null) return;
  const { body, plan } = sample;
  const digests = digestsOf(signer, plan.integrity.parts, body);
  const part = { number: 1, size: body.length, digests };
  await signer.sign(plan.ticket, [part], { ...call(), refusal: read.code }).catch(() => undefined);
}

async function sendOne(context: DoctorContext): Promise<SampleAnswer> {
  const sent = await sendSample(context, await signSample(context, sampleBody()));
  const { status } = sent.answer;
  if (status >= 300 && status < 500) context.leftovers.gone(sent.sample.plan.ticket);
  return sent;
}

function isPassing({ read: { means } }: SampleAnswer): boolean {
  return means === 'skewed' || means === 'expired' || means === 'retry';
}

/** The error that the first file ended with, or null. */
export function firstError(first: FirstFile): TransferError | null {
  if (first.error !== null) return first.error;
  const { read, answer } = first.sent;
  return read.means === 'done'
    ? null
    : new TransferError(read.error, `the store answered ${told(answer.status, read.code)}`);
}
