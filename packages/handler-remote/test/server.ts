import type { StoredObject } from '@mesibo-files/handler-core';
import type { Capabilities, Plan, ReadPlan, SignerCall } from '@mesibo-files/handler-core/provider';
import { type RemoteOptions, remoteSigner } from '../src/index.ts';

export const BASE = 'https://files.example.com/chat';
export const TOKEN = 'a-token-that-nobody-may-see';
export const TICKET = 'a.ticket..that.nobody-may-see';

/** A call that nobody stops. */
export const call: SignerCall = { signal: new AbortController().signal };

/** A request as the server gets it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly signal: AbortSignal | null;
}

export interface Stub {
  readonly signer: ReturnType<typeof remoteSigner>;
  readonly asked: Asked[];
}

/** A client of a server that answers as it is told. */
export function stub(
  answer: (asked: Asked) => Response | Promise<Response>,
  options: Partial<RemoteOptions> = {},
): Stub {
  const asked: Asked[] = [];
  const signer = remoteSigner({
    baseUrl: BASE,
    token: TOKEN,
    fetch: async (url, { method = 'GET', headers, body, signal }) => {
      const one: Asked = {
        method,
        path: url.slice(BASE.length),
        headers: new Headers(headers),
        body: typeof body === 'string' ? JSON.parse(body) : null,
        signal: signal ?? null,
      };
      asked.push(one);
      return answer(one);
    },
    ...options,
  });
  return { signer, asked };
}

/** What the server answers where it does not do what it was asked. */
export function problem(status: number, error: object, headers: Record<string, string> = {}): Response {
  const whole = { code: 'internal', message: 'm', hint: 'h', retryable: false, requestId: 'r', ...error };
  return Response.json({ error: whole }, { status, headers });
}

export const capabilities: Capabilities = {
  provider: 's3',
  shapes: ['single', 'parts'],
  singleUpTo: 100,
  maxSize: 1_000,
  beginDigests: ['crc32'],
  noOverwrite: { single: 'store', parts: 'key', session: 'key' },
  sizeBound: 'signature',
  partBound: 'signature',
  typeBound: 'signature',
  storeVerifiesDigests: true,
  expires: true,
  listsUnfinished: false,
  staging: false,
};

const request = {
  method: 'PUT',
  url: 'https://bucket.example.com/key?signature=x',
  headers: { 'content-length': '10', 'content-type': 'image/jpeg' },
  timeToLive: 900_000,
} as const;

const answers = {
  code: [
    { in: 'header', name: 'x-code' },
    { in: 'body', after: '<Code>', before: '</Code>' },
  ],
  time: [{ in: 'body', after: '<Time>', before: '</Time>' }],
  rules: [
    { status: 403, codes: ['Expired'], means: 'expired', error: 'request-expired' },
    { status: [200, 299], header: { name: 'etag' }, means: 'done' },
    { status: 412, header: { name: 'x-a', value: 'b' }, means: 'exists' },
  ],
} as const;

const base = {
  ticket: TICKET,
  answers,
  integrity: { parts: ['crc32'], whole: [], proof: 'store' },
  serverTime: 1_770_000_000_000,
  keptFor: 86_400_000,
  signed: [{ number: 1, request }],
} as const;

export const plans: readonly Plan[] = [
  { ...base, shape: 'single', size: 10 },
  { ...base, shape: 'parts', size: null, partSize: 5, maxParts: 2, signBatch: 100 },
  {
    ...base,
    shape: 'session',
    size: 10,
    chunkSize: 5,
    maxSize: 10,
    dialect: {
      chunkMultiple: 1,
      chunk: [{ name: 'content-range', value: 'bytes {first}-{last}/{total}' }],
      finish: [],
      last: [],
      lastDigests: ['crc32c'],
      ask: { method: 'PUT', headers: [] },
      offset: { header: 'range', prefix: 'bytes=0-', counts: 'last', absent: 0 },
    },
  },
];

const facts = {
  size: 10,
  contentType: 'image/jpeg',
  version: '"v1"',
  integrity: { kind: 'whole', digests: { crc32: 'AAAAAA==' } },
  name: 'cat.jpg',
  sender: { uid: 1, mid: '42', source: 0, secure: false },
} as const;

export const FILE_URL: string = `${BASE}/files/0/2026/01/abc/cat.jpg`;

export const object: StoredObject = { ...facts, url: FILE_URL, key: '0/2026/01/abc/cat.jpg' };

export const readPlan: ReadPlan = {
  ...facts,
  request: { ...request, method: 'GET' },
  answers,
  ranges: true,
  serverTime: 1_770_000_000_000,
};
