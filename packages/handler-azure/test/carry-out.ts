import { createHash } from 'node:crypto';
import type { Signer } from '@mesibo-files/handler-core';
import { nodeHash } from '@mesibo-files/handler-core/node';
import {
  type Digests,
  type Manifest,
  type Plan,
  type SignedRequest,
  toBase64,
} from '@mesibo-files/handler-core/provider';
import { call } from './facts.ts';

/** Every digest that a plan of ours can ask for. */
function digestsOf(bytes: Uint8Array): Digests {
  return {
    ...crcsOf(bytes),
    md5: createHash('md5').update(bytes).digest('base64'),
  };
}

function crcsOf(bytes: Uint8Array): Digests {
  const entries = (['crc64nvme', 'crc32'] as const).map((algorithm) => {
    const hasher = nodeHash().create(algorithm);
    hasher?.update(bytes);
    return [algorithm, toBase64(hasher?.digest() ?? new Uint8Array())];
  });
  return Object.fromEntries(entries);
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
  return { size: file.length, parts, digests: crcsOf(file), answered: true };
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
