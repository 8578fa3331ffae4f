import { readFileSync, writeFileSync } from 'node:fs';
import { type ReadPlan, SECOND } from '@mesibo-files/handler-core/provider';
import { ShapeError, writeRequest } from '@mesibo-files/handler-core/wire';
import { remoteSigner } from '@mesibo-files/handler-remote';
import { describe, expect, it } from 'vitest';
import { bytesOf, device } from '../../test/signing/device.ts';
import { ALICE } from '../../test/signing/users.ts';
import { BASE, openWorld } from '../../test/signing/world.ts';
import { OPERATIONS } from './operations.ts';

/** One call as it was recorded. */
interface Exchange {
  readonly operation: string;
  readonly path: string;
  /** The body that a client sends. Null for none. */
  readonly request: unknown;
  readonly answer: unknown;
}

interface Vectors {
  readonly about: string;
  /** Calls of a client, with the answers of a server. */
  readonly exchanges: readonly Exchange[];
  /** Requests that a server takes, and what it understands. */
  readonly understood: readonly {
    readonly path: string;
    readonly request: unknown;
    readonly means: unknown;
  }[];
  /** Requests that a server refuses with `invalid-argument`, and the fields that it names. */
  readonly refused: readonly {
    readonly path: string;
    readonly request: unknown;
    readonly fields: readonly string[];
  }[];
  /** Answers that a client takes from a newer server, and what it understands. */
  readonly tolerated: readonly { readonly path: string; readonly answer: unknown; readonly means: unknown }[];
}

/** Kept for who writes a client. To record it anew: `WRITE_VECTORS=1 npx vitest run` of this file, then Biome. */
const KEPT = new URL('../../vectors/signing.json', import.meta.url);

const ABOUT =
  'Messages of the signing protocol (PROTOCOL.md, openapi.json), for tests of clients and servers in any language. ' +
  'Times, tickets and signatures are those of the recording.';

async function recorded(shape: 'parts' | 'session'): Promise<readonly Exchange[]> {
  const world = openWorld({ signer: (store) => store.signer({ shape, singleUpTo: 100, partSize: 100 }) });
  const exchanges: Exchange[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const response = await world.server.fetch(new Request(url, init));
    const { pathname: path } = new URL(url);
    const operation = OPERATIONS.find((each) => each.path === path)?.name ?? '';
    const request: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : null;
    exchanges.push({ operation, path, request, answer: await response.clone().json() });
    return response;
  };
  const signer = remoteSigner({ baseUrl: BASE, token: ALICE.token, fetch });
  const call = { signal: AbortSignal.timeout(60 * SECOND) };
  const one = device(world.store);
  const { url } = await one.upload(signer, bytesOf(250), {
    name: 'Kätze 写真.jpg',
    uid: 7,
    mid: 2n ** 64n - 1n,
  });
  await one.upload(signer, bytesOf(50));
  const { ticket } = await world.begin({ size: 300 });
  await signer.resume(ticket, call);
  const plan: ReadPlan = await signer.read(url, { ...call, bare: true });
  expect(plan.size).toBe(250);
  await signer.discard(ticket, call);
  await signer.remove(url, call);
  return exchanges;
}

const begin = '/v1/uploads';
const least = { size: null, contentType: 'video/mp4', name: 'clip.mp4', source: 0, transferId: 'random-1' };
const defaults = { maxSize: null, uid: 0, mid: '0', secure: false, digests: {} };

async function write(): Promise<void> {
  const exchanges = [...(await recorded('parts')), ...(await recorded('session'))];
  const answer = exchanges.find(({ path }) => path === '/v1/uploads/sign')?.answer;
  const vectors: Vectors = {
    about: ABOUT,
    exchanges,
    understood: [
      { path: begin, request: least, means: { ...least, ...defaults } },
      {
        path: begin,
        request: { ...least, mid: '-1' },
        means: { ...least, ...defaults, mid: '18446744073709551615' },
      },
      {
        path: begin,
        request: { ...least, contentType: 'Text/Plain ;\tCharset="utf-8"', newer: true },
        means: { ...least, ...defaults, contentType: 'text/plain; charset=utf-8' },
      },
      {
        path: '/v1/uploads/sign',
        request: { ticket: 't', parts: [{ number: 1, size: null }] },
        means: { ticket: 't', parts: [{ number: 1, size: null, digests: {} }] },
      },
    ],
    refused: [
      { path: begin, request: {}, fields: ['size', 'contentType', 'name', 'source', 'transferId'] },
      { path: begin, request: [], fields: ['body'] },
      { path: begin, request: { ...least, size: -1 }, fields: ['size'] },
      { path: begin, request: { ...least, size: 2 ** 53 }, fields: ['size'] },
      { path: begin, request: { ...least, size: 1.5 }, fields: ['size'] },
      { path: begin, request: { ...least, contentType: 'image' }, fields: ['contentType'] },
      { path: begin, request: { ...least, contentType: 'image/png;,text/html' }, fields: ['contentType'] },
      { path: begin, request: { ...least, contentType: 'text/plain;\u00a0a=b' }, fields: ['contentType'] },
      { path: begin, request: { ...least, contentType: 'text/plain\n;a=b' }, fields: ['contentType'] },
      { path: begin, request: { ...least, contentType: 'text/plain;a="\t"' }, fields: ['contentType'] },
      { path: begin, request: { ...least, mid: 7 }, fields: ['mid'] },
      { path: begin, request: { ...least, mid: '18446744073709551616' }, fields: ['mid'] },
      { path: begin, request: { ...least, transferId: 'a b' }, fields: ['transferId'] },
      { path: begin, request: { ...least, digests: { crc32: 'no base64!' } }, fields: ['digests.crc32'] },
      { path: '/v1/uploads/sign', request: { ticket: 't', parts: [] }, fields: ['parts'] },
      {
        path: '/v1/uploads/sign',
        request: { ticket: '', parts: [{ number: 0, size: 1 }] },
        fields: ['ticket', 'parts.0.number'],
      },
      { path: '/v1/uploads/resume', request: { ticket: null }, fields: ['ticket'] },
      {
        path: '/v1/uploads/commit',
        request: { ticket: 't', manifest: { size: 1 } },
        fields: ['manifest.parts', 'manifest.digests'],
      },
      { path: '/v1/files/read', request: { url: '' }, fields: ['url'] },
    ],
    tolerated: [
      { path: '/v1/uploads/sign', answer: { ...(answer as object), newer: [1] }, means: answer },
      { path: '/v1/uploads/commit', answer: { state: 'gone', since: 5 }, means: { state: 'gone' } },
      { path: '/v1/uploads/discard', answer: { done: true }, means: {} },
    ],
  };
  writeFileSync(KEPT, JSON.stringify(vectors, null, 2));
}

if (process.env.WRITE_VECTORS) await write();

const kept = JSON.parse(readFileSync(KEPT, 'utf8')) as Vectors;
const plain = (value: unknown): unknown => JSON.parse(writeRequest(value as object));

function operation(path: string): (typeof OPERATIONS)[number] {
  const found = OPERATIONS.find((each) => each.path === path);
  if (found === undefined) throw new Error(`No operation has the path ${path}.`);
  return found;
}

describe('the vectors', () => {
  it('have every operation', () => {
    expect([...new Set(kept.exchanges.map(({ operation }) => operation))].sort()).toEqual(
      OPERATIONS.map(({ name }) => name).sort(),
    );
  });

  it.each(kept.exchanges)(
    '$operation: a server takes the request, and answers so',
    ({ path, request, answer }) => {
      const { request: read, answer: check } = operation(path);
      if (read !== null) expect(plain(read(request, ''))).toEqual(request);
      expect(check(answer, 'answer')).toEqual(answer);
    },
  );

  it.each(kept.understood)('a server understands $request', ({ path, request, means }) => {
    expect(plain(operation(path).request?.(request, ''))).toEqual(means);
  });

  it.each(kept.refused)('a server refuses $request, and names $fields', async ({ path, request, fields }) => {
    const { code, text } = await openWorld().post(path, request);
    expect(code).toBe('invalid-argument');
    for (const field of fields) expect(text).toContain(`${field}: `);
    expect(() => operation(path).request?.(request, 'body')).toThrow(ShapeError);
  });

  it.each(kept.tolerated)('a client understands an answer of $path', ({ path, answer, means }) => {
    expect(operation(path).answer(answer, 'answer')).toEqual(means);
  });
});
