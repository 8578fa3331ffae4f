import type { Digests } from '../../digest/hash.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import { linkSlices, sliced } from '../request/body.ts';
import type { TransferContext } from '../request/context.ts';
import { exchange, failure, type Outcome, wantsNewSignature } from '../request/exchange.ts';
import { Patience, persist } from '../request/retry.ts';
import { type Chunk, Chunks, type SessionRun, type Step } from './session-chunks.ts';
import { offsetOf, writeHeaders } from './session-headers.ts';

/** How a session ended. */
export interface SessionEnd {
  readonly size: number;
  readonly digests: Digests;
  readonly answered: boolean;
  /** The store no longer knows the session. */
  readonly gone: boolean;
}

/** Sends chunks in order. After anything unclear it asks for the offset before it sends on. */
export async function sendSession(context: TransferContext, run: SessionRun): Promise<SessionEnd> {
  const chunks = new Chunks(context, run);
  try {
    return await sendChunks(context, run, chunks);
  } finally {
    chunks.release();
  }
}

async function sendChunks(context: TransferContext, run: SessionRun, chunks: Chunks): Promise<SessionEnd> {
  let step: Step = run.offset === null ? await ask(context, run) : { to: 'offset', offset: run.offset };
  const over = step.to === 'done';
  if (step.to === 'offset') {
    if (run.offset === null) run.onResumed?.(step.offset);
    await chunks.prove(step.offset);
  }
  if (step.to === 'done') await chunks.prove(chunks.size);
  const stuck = new Patience(context);
  while (step.to === 'offset') {
    const from: number = step.offset;
    const chunk = await chunks.read(from);
    let unclear = false;
    step = await persist(context, async ({ last }): Promise<Step> => {
      if (last !== null || unclear) {
        const asked = await askOnce(context, run);
        if (asked.to !== 'offset' || asked.offset !== from) return asked;
      }
      unclear = true;
      return send(context, run, chunk, () => chunks.bytesOf(chunk));
    });
    chunks.sent(chunk, step);
    // A session that takes chunks and does not get further is a failing server: it is given time, but not for ever.
    if (step.to === 'offset' && step.offset <= from) {
      await stuck.failed(new TransferError('server-error', `the session stays at ${from} bytes`));
    }
  }
  return { size: chunks.size, digests: chunks.digests(), answered: !over, gone: step.to === 'gone' };
}

function send(
  context: TransferContext,
  run: SessionRun,
  chunk: Chunk,
  bytes: () => Promise<Uint8Array>,
): Promise<Step> {
  const { dialect } = run.plan;
  const place = { first: chunk.first, size: chunk.size, total: chunk.total };
  const own = chunk.size > 0 ? dialect.chunk : dialect.finish;
  const templates = chunk.last ? [...own, ...dialect.last] : own;
  return step(context, run, `bytes from ${chunk.first}`, writeHeaders(templates, place, chunk.digests), {
    piece: chunk.first,
    bytes,
  });
}

function ask(context: TransferContext, run: SessionRun): Promise<Step> {
  return persist(context, () => askOnce(context, run));
}

function askOnce(context: TransferContext, run: SessionRun): Promise<Step> {
  const place = { first: 0, size: 0, total: run.source.facts.size };
  return step(context, run, 'asking for the offset', writeHeaders(run.plan.dialect.ask.headers, place), null);
}

async function step(
  context: TransferContext,
  { plan, requests }: SessionRun,
  doing: string,
  headers: Readonly<Record<string, string>>,
  body: { readonly piece: number; readonly bytes: () => Promise<Uint8Array> } | null,
): Promise<Step> {
  const slices = linkSlices(context.pace.up.speed, context.limits.sliceSize, context.ports.clock);
  for (let resigned = 0; ; resigned += 1) {
    const signed = await requests.request({ number: 1, size: plan.size, digests: {} }, context.signal);
    const request = body === null ? { ...signed, method: plan.dialect.ask.method } : signed;
    let outcome: Outcome;
    try {
      outcome = await exchange(context, {
        doing,
        request,
        headers,
        body: async () => sliced((await body?.bytes()) ?? new Uint8Array(0), slices),
        answers: plan.answers,
        onSent: (count) => context.ledger.moved(body?.piece ?? 0, count),
      });
    } finally {
      context.ledger.failed(body?.piece ?? 0);
    }
    const { read, answer } = outcome;
    if (read.means === 'done') return { to: 'done' };
    if (read.means === 'gone') return { to: 'gone' };
    if (read.means === 'more') return { to: 'offset', offset: offsetOf(plan, answer.headers) };
    if (!wantsNewSignature(read) || resigned > 2) throw failure(outcome, doing);
    requests.drop(1, read.storeTime, read.code);
  }
}
