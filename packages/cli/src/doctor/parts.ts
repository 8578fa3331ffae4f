import { type Signer, TransferError } from '@mesibo-files/handler-core';
import {
  type Manifest,
  type PartFacts,
  type Plan,
  partCount,
  partLength,
  type ReadAnswer,
  readAnswer,
  type SessionPlan,
  type SignedRequest,
} from '@mesibo-files/handler-core/provider';
import { digestsOf } from './digests.ts';
import type { DoctorContext } from './types.ts';
import { bareUrl, send, told } from './wire.ts';

/** An upload of a large file, in parts or in a session, step by step. */
export interface LargeUpload {
  readonly signer: Signer;
  readonly plan: Plan;
  readonly body: Uint8Array;
}

/** Sends all of it. */
export async function sendAll(context: DoctorContext, upload: LargeUpload): Promise<readonly PartFacts[]> {
  const { plan, body } = upload;
  if (plan.shape === 'session') {
    await sendSession(context, upload, plan);
    return [];
  }
  const partSize = plan.shape === 'parts' ? plan.partSize : body.length;
  const sent: PartFacts[] = [];
  for (let number = 1; number <= partCount(body.length, partSize); number++) {
    const from = (number - 1) * partSize;
    const bytes = body.subarray(from, from + partLength(number, body.length, partSize));
    sent.push(await sendPart(context, upload, number, bytes));
  }
  return sent;
}

/** Sends the first part with one byte changed, under the signature of the right one, and reads what the store says. */
export async function sendDamaged(
  context: DoctorContext,
  upload: LargeUpload,
): Promise<ReadAnswer & { readonly status: number }> {
  const { signer, plan, body } = upload;
  const size = plan.shape === 'parts' ? Math.min(plan.partSize, body.length) : body.length;
  const bytes = body.subarray(0, size);
  const part = { number: 1, size, digests: digestsOf(signer, plan.integrity.parts, bytes) };
  const [signed] = await signer.sign(plan.ticket, [part], context.call());
  if (signed === undefined) throw new TransferError('bad-answer', 'Nothing was signed.');
  note(context, upload, signed.request);
  const wrong = bytes.map((byte, index) => (index === 3 ? byte ^ 1 : byte));
  const answer = await send(context, signed.request, wrong);
  return { ...readAnswer(plan.answers, answer, context.clock.now()), status: answer.status };
}

async function sendPart(
  context: DoctorContext,
  upload: LargeUpload,
  number: number,
  bytes: Uint8Array,
): Promise<PartFacts> {
  const { signer, plan } = upload;
  const part = { number, size: bytes.length, digests: digestsOf(signer, plan.integrity.parts, bytes) };
  const [signed] = await signer.sign(plan.ticket, [part], context.call());
  if (signed === undefined) throw new TransferError('bad-answer', 'Nothing was signed.');
  note(context, upload, signed.request);
  await expectDone(context, plan, signed.request, bytes);
  return part;
}

/** Sends one chunk, which is the last. */
async function sendSession(context: DoctorContext, upload: LargeUpload, plan: SessionPlan): Promise<void> {
  const { signer, body } = upload;
  const size = body.length;
  const [signed] = await signer.sign(plan.ticket, [{ number: 1, size, digests: {} }], context.call());
  if (signed === undefined) throw new TransferError('bad-answer', 'Nothing was signed.');
  note(context, upload, signed.request);
  const values: Readonly<Record<string, string | undefined>> = {
    first: '0',
    last: String(size - 1),
    next: String(size),
    size: String(size),
    total: String(size),
    ...digestsOf(signer, plan.dialect.lastDigests, body),
  };
  const headers = Object.fromEntries(
    [...plan.dialect.chunk, ...plan.dialect.last].map(({ name, value }) => [
      name,
      value.replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? ''),
    ]),
  );
  const request = { ...signed.request, headers: { ...signed.request.headers, ...headers } };
  await expectDone(context, plan, request, body);
}

function note({ leftovers }: DoctorContext, { signer, plan }: LargeUpload, { url }: SignedRequest): void {
  leftovers.add({ signer, url: bareUrl(url), ticket: plan.ticket, whole: false });
}

async function expectDone(
  context: DoctorContext,
  { answers }: Plan,
  request: SignedRequest,
  bytes: Uint8Array,
): Promise<void> {
  const answer = await send(context, request, bytes);
  const { means, error, code } = readAnswer(answers, answer, context.clock.now());
  if (means !== 'done') throw new TransferError(error, `the store answered ${told(answer.status, code)}`);
}

/** What a commit wants to know of it. */
export function manifestOf({ signer, plan, body }: LargeUpload, parts: readonly PartFacts[]): Manifest {
  const digests = digestsOf(signer, plan.integrity.whole, body);
  return { size: body.length, parts, digests, answered: true };
}
