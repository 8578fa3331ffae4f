import { FILESOURCE, type Signer, TransferError } from '@mesibo-files/handler-core';
import { systemRandom } from '@mesibo-files/handler-core/node';
import { type Plan, readAnswer, type SignedRequest, toHex } from '@mesibo-files/handler-core/provider';
import { digestsOf } from './digests.ts';
import type { DoctorContext, Sample, SampleAnswer } from './types.ts';
import { bareUrl, send } from './wire.ts';

const NAME = 'mesibo-files-doctor.txt';

/** A text of its own for each run, so that nothing can be answered from a cache. */
export function sampleBody(): Uint8Array {
  return new TextEncoder().encode(`mesibo-files doctor ${toHex(systemRandom.bytes(16))}\n`);
}

/** Begins an upload of these bytes. A file server is asked to protect it. */
export async function begin(context: DoctorContext, signer: Signer, body: Uint8Array): Promise<Plan> {
  const { call, configuration } = context;
  const { beginDigests, singleUpTo } = await signer.capabilities(call());
  return signer.begin(
    {
      size: body.length,
      maxSize: null,
      contentType: 'text/plain',
      name: NAME,
      source: FILESOURCE.CUSTOM,
      uid: 0,
      mid: 0n,
      transferId: toHex(systemRandom.bytes(16)),
      secure: configuration.provider === 'remote',
      digests: body.length <= singleUpTo ? digestsOf(signer, beginDigests, body) : {},
    },
    call(),
  );
}

/** Signs the one request of a small file, for these bytes. */
export async function signSample(context: DoctorContext, body: Uint8Array): Promise<Sample> {
  const { signer, leftovers } = context;
  const plan = await begin(context, signer, body);
  if (plan.shape !== 'single') {
    throw new TransferError('bad-answer', 'A small file was not planned in one request.');
  }
  const request = plan.signed[0]?.request ?? (await signOne(context, plan, body));
  leftovers.add({ signer, url: bareUrl(request.url), ticket: plan.ticket, whole: true });
  return { plan, request, body };
}

async function signOne(
  { signer, call }: DoctorContext,
  { ticket, integrity }: Plan,
  body: Uint8Array,
): Promise<SignedRequest> {
  const digests = digestsOf(signer, integrity.parts, body);
  const [part] = await signer.sign(ticket, [{ number: 1, size: body.length, digests }], call());
  if (part === undefined) throw new TransferError('bad-answer', 'Nothing was signed.');
  return part.request;
}

/** Sends a sample, or other bytes in its place, and reads the answer by the plan's own rules. */
export async function sendSample(
  context: DoctorContext,
  sample: Sample,
  body: Uint8Array = sample.body,
): Promise<SampleAnswer> {
  const answer = await send(context, sample.request, body);
  return { sample, answer, read: readAnswer(sample.plan.answers, answer, context.clock.now()) };
}
