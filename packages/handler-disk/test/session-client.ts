import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileFacts, SessionPlan, SignedRequest } from '@mesibo-files/handler-core/provider';
import { type Answer, call, type DiskBench, digestOf, factsOf, send } from './bench.ts';

/** Headers of a chunk from `first` up to `end`, of a file of these bytes. */
export function chunkHeaders(bytes: Uint8Array, first: number, end: number): Record<string, string> {
  return {
    'content-range': `bytes ${first}-${end - 1}/${bytes.length}`,
    ...(end === bytes.length ? { 'x-mesibo-crc32': digestOf(bytes) } : {}),
  };
}

/** Sends a chunk. */
export function sendChunk(
  request: SignedRequest,
  bytes: Uint8Array,
  first: number,
  end: number = bytes.length,
): Promise<Answer> {
  return send(request, bytes.subarray(first, end), chunkHeaders(bytes, first, end));
}

/** Asks for the offset: it, or null when the session holds every byte. */
export async function askOffset(request: SignedRequest): Promise<number | null> {
  const { headers, status } = await send(request, null, { 'content-range': 'bytes */*' });
  if (status === 200) return null;
  if (status !== 308) throw new Error(`The question was answered by ${status}.`);
  return Number(headers['upload-offset']);
}

/** A session that was begun. */
export interface OpenSession {
  readonly plan: SessionPlan;
  readonly request: SignedRequest;
  readonly folder: string;
}

/** Begins a session for these bytes, with facts changed. It must be the only thing that is staged. */
export async function openSession(
  b: DiskBench,
  bytes: Uint8Array,
  own: Partial<FileFacts> = {},
): Promise<OpenSession> {
  const plan = await b.store.signer.begin(factsOf(bytes, own), call);
  const request = plan.signed[0]?.request;
  if (plan.shape !== 'session' || request === undefined) throw new Error('This is no session.');
  const [name = ''] = await b.staged();
  return { plan, request, folder: join(b.folder, 'staging', name) };
}

/** Ends when the file of the session has that many bytes. */
export async function arrived(folder: string, size: number): Promise<void> {
  for (;;) {
    for (const name of await readdir(folder)) {
      const found = name.startsWith('held-') ? await stat(join(folder, name)).catch(() => null) : null;
      if (found !== null && found.size >= size) return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
