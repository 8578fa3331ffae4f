import type { Signer } from '@mesibo-files/handler-core';
import type { Manifest, PartFacts, Plan, SignedPart, Staging } from '@mesibo-files/handler-core/provider';
import { check } from '../check/check.ts';
import { digestsOf } from '../check/digests.ts';
import { type Carried, carry } from './carry.ts';
import type { TestFile } from './file.ts';
import { call, type SignerTest } from './signer-test.ts';

/** An upload under way, and every request that was signed for it. */
export interface Begun {
  readonly test: SignerTest;
  readonly signer: Signer;
  readonly file: TestFile;
  readonly plan: Plan;
  readonly signed: SignedPart[];
}

/** Begins an upload, and keeps its ticket in mind as a secret. */
export async function begin(
  test: SignerTest,
  file: TestFile,
  signer?: Signer,
  staging?: Staging,
): Promise<Begun> {
  const used = signer ?? test.bench.signer;
  const plan = await used.begin(file.facts, staging === undefined ? call : { ...call, staging });
  const begun: Begun = { test, signer: used, file, plan, signed: [] };
  test.secrets.add(plan.ticket, 'a ticket');
  for (const part of plan.signed) remember(begun, part);
  return begun;
}

function remember(begun: Begun, part: SignedPart): void {
  begun.signed.push(part);
  begun.test.secrets.addUrl(part.request.url);
}

/** The parts of the file by the plan's geometry; a single request and a session are one part. */
export function partsOf(begun: Begun): readonly { readonly number: number; readonly bytes: Uint8Array }[] {
  const { plan, file } = begun;
  if (plan.shape !== 'parts') return [{ number: 1, bytes: file.bytes }];
  const count = Math.max(1, Math.ceil(file.bytes.byteLength / plan.partSize));
  check(count <= plan.maxParts, 'the parts planned suffice for the file');
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    bytes: file.bytes.subarray(index * plan.partSize, (index + 1) * plan.partSize),
  }));
}

/** The bytes of one part. */
export function partBytes(begun: Begun, number: number): Uint8Array {
  return partsOf(begun)[number - 1]?.bytes ?? new Uint8Array();
}

/** Size and digests of every part, as a manifest lists them; a session has none. */
export function partFacts(begun: Begun): readonly PartFacts[] {
  if (begun.plan.shape === 'session') return [];
  return partsOf(begun).map(({ number, bytes }) => ({
    number,
    size: bytes.byteLength,
    digests: digestsOf(bytes, begun.plan.integrity.parts),
  }));
}

/** Signed requests for these parts: those that begin gave, and the rest by `sign`, in the batches it takes. */
export async function signParts(begun: Begun, numbers?: readonly number[]): Promise<readonly SignedPart[]> {
  const { plan, signer } = begun;
  const wanted = numbers ?? partsOf(begun).map((part) => part.number);
  const given = plan.signed.filter((part) => wanted.includes(part.number));
  const missing = wanted.filter((number) => !given.some((part) => part.number === number));
  const batch = plan.shape === 'parts' ? plan.signBatch : 1;
  for (let first = 0; first < missing.length; first += batch) {
    given.push(...(await signAnew(begun, missing.slice(first, first + batch), signer)));
  }
  return given;
}

/** Asks `sign` for these parts, whatever begin gave. */
export async function signAnew(
  begun: Begun,
  numbers: readonly number[],
  signer: Signer = begun.signer,
  storeTime?: number,
): Promise<readonly SignedPart[]> {
  const wanted = numbers.map((number) => {
    const bytes = partBytes(begun, number);
    const size = begun.plan.shape === 'session' ? begun.file.facts.size : bytes.byteLength;
    return { number, size, digests: digestsOf(bytes, begun.plan.integrity.parts) };
  });
  const parts = await signer.sign(
    begun.plan.ticket,
    wanted,
    storeTime === undefined ? call : { ...call, storeTime },
  );
  for (const part of parts) remember(begun, part);
  return parts;
}

/** Sends one signed part with its own bytes, or with others. */
export async function sendPart(begun: Begun, part: SignedPart, bytes?: Uint8Array): Promise<Carried> {
  return await carry(begun.test, begun.plan.answers, part.request, bytes ?? partBytes(begun, part.number));
}

/** What the engine would tell the commit when everything went well, changed as given. */
export function manifestOf(begun: Begun, changes: Partial<Manifest> = {}): Manifest {
  return {
    size: begun.file.bytes.byteLength,
    parts: partFacts(begun),
    digests: digestsOf(begun.file.bytes, begun.plan.integrity.whole),
    answered: true,
    ...changes,
  };
}
