import { readFileSync } from 'node:fs';
import type { Signer } from '@mesibo-files/handler-core';
import type { FileFacts, Manifest, WantedPart } from '@mesibo-files/handler-core/provider';
import { describe, expect, it } from 'vitest';
import { call } from '../test/server.ts';
import { remoteSigner } from './index.ts';

interface Exchange {
  readonly operation: string;
  readonly path: string;
  readonly request: Readonly<Record<string, unknown>> | null;
  readonly answer: unknown;
}

/** Those that the file server is held to. */
const KEPT = new URL('../../file-server/vectors/signing.json', import.meta.url);
const { exchanges } = JSON.parse(readFileSync(KEPT, 'utf8')) as { readonly exchanges: readonly Exchange[] };

/** The call of the port that sends this request. */
const CALLS: Readonly<
  Record<string, (signer: Signer, request: Record<string, unknown>) => Promise<unknown>>
> = {
  capabilities: (signer) => signer.capabilities(call),
  begin: (signer, { mid, ...facts }) =>
    signer.begin({ ...facts, mid: BigInt(String(mid)) } as unknown as FileFacts, call),
  sign: (signer, { ticket, parts }) => signer.sign(String(ticket), parts as WantedPart[], call),
  resume: (signer, { ticket }) => signer.resume(String(ticket), call),
  commit: (signer, { ticket, manifest }) =>
    signer.commit(String(ticket), { ...(manifest as Manifest), answered: true }, call),
  discard: (signer, { ticket }) => signer.discard(String(ticket), call),
  read: (signer, { url, bare }) => signer.read(String(url), bare === true ? { ...call, bare } : call),
  remove: (signer, { url }) => signer.remove(String(url), call),
};

describe('the vectors of the protocol', () => {
  it.each(exchanges)('$operation: a client sends the request, and reads the answer', async (exchange) => {
    const { operation, path, request, answer } = exchange;
    const sent: unknown[] = [];
    const signer = remoteSigner({
      baseUrl: 'https://memory.invalid',
      token: 'a-token',
      fetch: async (url, { body }) => {
        sent.push([new URL(url).pathname, typeof body === 'string' ? JSON.parse(body) : null]);
        return Response.json(answer);
      },
    });
    const read = await CALLS[operation]?.(signer, request ?? {});
    expect(sent).toEqual([[path, request]]);
    const parts = (answer as { readonly parts?: unknown }).parts;
    const expected: Record<string, unknown> = { sign: parts, discard: undefined, remove: undefined };
    expect(read).toEqual(Object.hasOwn(expected, operation) ? expected[operation] : answer);
  });
});
