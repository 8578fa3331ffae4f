import { createHash } from 'node:crypto';
import {
  combineDigests,
  type Digests,
  type Manifest,
  type Plan,
  type SignedRequest,
  type Signer,
  toBase64,
} from '@mesibo-files/handler-core';
import { crc64nvme } from '../src/crc64/crc64.ts';
import { call } from './facts.ts';

/** Every digest that a plan of ours can ask for. */
function digestsOf(bytes: Uint8Array): Digests {
  const crc64 = crc64nvme();
  crc64?.update(bytes);
  return {
    crc64nvme: toBase64(crc64?.digest() ?? new Uint8Array()),
    md5: createHash('md5').update(bytes).digest('base64'),
  };
}

/** Sends a signed request as it stands; the answer is its status. */
export async function send(
  { method, url, headers }: SignedRequest,
  body?: Uint8Array<ArrayBuffer>,
): Promise<number> {
  const { 'content-length': _, ...rest } = headers;
  const answer = await fetch(url, { method, headers: rest, ...(body === undefined ? {} : { body }) });
  await answer.arrayBuffer();
  return answer.status;
}

/** What the engine would say that it has sent. */
export function manifestOf(plan: Plan, file: Uint8Array): Manifest {
  const size = plan.shape === 'parts' ? plan.partSize : Math.max(1, file.length);
  const count = Math.max(1, Math.ceil(file.length / size));
  const parts = Array.from({ length: count }, (_, index) => {
    const bytes = file.subarray(index * size, (index + 1) * size);
    return { number: index + 1, size: bytes.length, digests: digestsOf(bytes) };
  });
  let crc64 = parts[0]?.digests.crc64nvme ?? '';
  for (const { digests, size: length } of parts.slice(1)) {
    crc64 = combineDigests('crc64nvme', crc64, digests.crc64nvme ?? '', length);
  }
  return { size: file.length, parts, digests: { crc64nvme: crc64 }, answered: true };
}

/** Signs and sends all parts of a file; the answer is what was signed. */
export async function sendAll(
  signer: Signer,
  plan: Plan,
  file: Uint8Array<ArrayBuffer>,
): Promise<readonly SignedRequest[]> {
  const { parts } = manifestOf(plan, file);
  const signed = await signer.sign(plan.ticket, parts, call);
  let at = 0;
  for (const [index, { request }] of signed.entries()) {
    const size = parts[index]?.size ?? 0;
    const status = await send(request, file.slice(at, at + size));
    if (status !== 201) throw new Error(`part ${index + 1}: HTTP ${status}`);
    at += size;
  }
  return signed.map(({ request }) => request);
}
