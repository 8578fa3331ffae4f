import { crc32 } from 'node:zlib';
import { TransferError } from '@mesibo-files/handler-core';
import { afterEach, expect, it } from 'vitest';
import { type NodeWorld, startNodeWorld, TOKEN } from '../../test/node/world.ts';
import { memoryQuotas } from '../quota/memory.ts';
import { OPERATIONS } from '../signing/operations.ts';
import { rateLimiter } from './rate-limiter.ts';

/** Text that is no secret, so that a test which finds nothing is known to look. */
const REQUEST_ID = 'request-id-of-this-test';

let world: NodeWorld | undefined;

afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function ask(method: string, path: string, body?: FormData | object, token = TOKEN): Promise<unknown> {
  const json = body === undefined || body instanceof FormData ? null : JSON.stringify(body);
  const answer = await fetch(`${world?.listening.url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      connection: 'close',
      authorization: `Bearer ${token}`,
      cookie: 'session=secret-of-a-cookie',
      'x-request-id': REQUEST_ID,
      ...(json === null ? {} : { 'content-type': 'application/json' }),
    },
    ...(body instanceof FormData ? { body } : json === null ? {} : { body: json }),
  });
  const text = await answer.text();
  return answer.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text;
}

/** Every string in an answer that is a secret: tickets, and what signs a URL. */
function secretsIn(value: unknown, name: string = ''): string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, one]) => secretsIn(one, key));
  }
  if (typeof value !== 'string') return [];
  if (name === 'ticket') return value.split('.').filter((piece) => piece.length > 20);
  const [, query] = /^https?:[^?]*\?(.*)$/.exec(value) ?? [];
  return query === undefined
    ? []
    : [...new URLSearchParams(query).values()].filter(({ length }) => length > 20);
}

function form(auth: string): FormData {
  const data = new FormData();
  const fields = { op: 'upload', auth, uid: '7', mid: '1', source: '0' };
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append('photo', new Blob(['x'.repeat(100)], { type: 'image/jpeg' }), 'cat.jpg');
  return data;
}

it('no secret is in the log, whatever is asked, and whatever fails', async () => {
  world = await startNodeWorld({
    metrics: { token: 'the-token-of-prometheus' },
    mounts: [{ path: '/disk', handle: (_request, response) => void response.end() }],
    rateLimiter: rateLimiter({ sign: { requests: 100, per: 60_000 } }),
    quotas: memoryQuotas({ bytes: 200 }),
  });
  const { log } = world;
  const bytes = new Uint8Array(10);
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc32(bytes));
  const digests = { crc32: digest.toString('base64') };
  const file = { size: 10, contentType: 'image/jpeg', name: 'cat.jpg', source: 0, transferId: 't', digests };
  const begun = (await ask('POST', '/v1/uploads', file)) as { ticket: string };
  const { ticket } = begun;
  const parts = [{ number: 1, size: 10, digests }];
  const manifest = { size: 10, parts, digests };
  const uploaded = (await ask('POST', '/upload', form(TOKEN))) as { url: string };
  const path = new URL(uploaded.url).pathname;
  const answers = [
    begun,
    await ask('POST', '/v1/uploads/sign', { ticket, parts }),
    await ask('POST', '/v1/uploads/resume', { ticket }),
    await ask('POST', '/v1/uploads/commit', { ticket, manifest }),
    await ask('POST', '/v1/files/read', { url: uploaded.url }),
    await ask('POST', '/v1/uploads/discard', { ticket }),
    await ask('GET', '/v1/capabilities'),
    await ask('POST', '/v1/files/remove', { url: `${uploaded.url}x` }),
    await ask('POST', '/v1/files/remove', { url: uploaded.url }, 'another-secret-token'),
    await ask('POST', '/v1/uploads', { ...file, transferId: ' ' }),
    await ask('PUT', `/disk/x?signature=signature-of-a-disk`),
    await ask('POST', '/v1/uploads/sign', { ticket: `${ticket}x`, parts }),
    await ask('GET', path),
    await ask('GET', `${path}?auth=${TOKEN}`),
    await ask('GET', `${path}?auth=another-secret-token`, undefined, 'another-secret-token'),
    await ask('POST', '/upload', form('another-secret-token'), 'another-secret-token'),
    await ask('GET', '/metrics', undefined, 'the-token-of-prometheus'),
    await ask('GET', '/readyz'),
    await ask('GET', `/nowhere?auth=${TOKEN}`),
    await ask('DELETE', path),
  ];
  // The store fails, and its client's error carries everything that was sent.
  Object.assign(world.server.context.signer, {
    begin: async () => {
      const cause = Object.assign(new Error('PUT /bucket/key?X-Signature=signature-of-a-url failed'), {
        request: { headers: { authorization: `Bearer ${TOKEN}` } },
      });
      throw new TransferError('store-refused', 'the store refused', { cause });
    },
  });
  await ask('POST', '/upload', form(TOKEN));
  await ask('POST', '/v1/uploads', file);
  const secrets = [
    TOKEN,
    'another-secret-token',
    'the-token-of-prometheus',
    'secret-of-a-cookie',
    'signature-of-a-url',
    'signature-of-a-disk',
    ...answers.flatMap((answer) => secretsIn(answer)),
  ];
  expect(secrets.length).toBeGreaterThan(12);
  const text = log.join('');
  for (const secret of secrets) expect(text).not.toContain(secret);
  const routes = [
    ...OPERATIONS.map(({ name }) => name),
    'upload',
    'files',
    'metrics',
    'readyz',
    'mount',
    'none',
  ];
  for (const route of routes) expect(text).toContain(`"route":"${route}"`);
  // Begun at the lowest level.
  expect(text).toContain('"level":10');
  for (const shown of [REQUEST_ID, '"fault"', '"stored"', '"refused"', 'store-refused', 'upload']) {
    expect(text).toContain(shown);
  }
});
