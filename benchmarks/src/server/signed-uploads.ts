import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Plan, SignedRequest } from '@mesibo-files/handler-core/provider';

import { beginRequest } from './signing-requests.ts';
import { TOKEN } from './token.ts';

const HEADERS = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` };

/**
 * Uploads the same small file many times, one after the other, as a client of the signing protocol: begins, sends the
 * bytes to the store, commits. @throws Error unless each commit answers that the file is stored
 */
export async function uploadSigned(
  origin: string,
  bytes: Uint8Array<ArrayBuffer>,
  count: number,
): Promise<void> {
  for (let index = 0; index < count; index += 1) await uploadOne(origin, bytes);
}

async function uploadOne(origin: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const { url, body } = beginRequest(origin);
  const facts = {
    ...JSON.parse(String(body)),
    size: bytes.length,
    digests: { crc32: digestOf('crc32', bytes) },
    transferId: crypto.randomUUID().replaceAll('-', ''),
  };
  const plan: Plan = await post(url, facts);
  const request = plan.signed[0]?.request;
  if (request === undefined) throw new Error('the server did not sign the upload at once');
  await send(request, bytes);
  const digests = Object.fromEntries(plan.integrity.parts.map((name) => [name, digestOf(name, bytes)]));
  const manifest = { size: bytes.length, parts: [{ number: 1, size: bytes.length, digests }], digests: {} };
  const commit = { ticket: plan.ticket, manifest: { ...manifest, answered: true } };
  const { state }: { state: string } = await post(`${url}/commit`, commit);
  if (state !== 'stored') throw new Error(`the commit answered ${state}`);
}

async function send({ method, url, headers }: SignedRequest, body: Uint8Array<ArrayBuffer>): Promise<void> {
  // fetch states the length by itself.
  const { 'content-length': _, ...stated } = headers;
  const response = await fetch(url, { method, headers: stated, body });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`the store answered ${response.status}`);
}

async function post<Answer>(url: string, body: object): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', headers: HEADERS, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${new URL(url).pathname}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

function digestOf(algorithm: string, bytes: Uint8Array): string {
  if (algorithm !== 'crc32') return createHash(algorithm).update(bytes).digest('base64');
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString('base64');
}
