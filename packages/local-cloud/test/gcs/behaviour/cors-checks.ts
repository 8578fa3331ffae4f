import { type Reply, send } from '../request.ts';
import type { TestServer } from '../server.ts';
import { chunk, openSession, put, quantum } from './steps.ts';
import type { Answer, GcsCheck } from './types.ts';

const about = 'Cross-origin resource sharing (CORS)';
const origin = 'https://app.example.com';
const rules = [
  {
    origin: [origin],
    method: ['GET', 'PUT'],
    responseHeader: ['Content-Type', 'x-goog-*', 'Range'],
    maxAgeSeconds: 60,
  },
];

const withRules = async (server: TestServer): Promise<void> => {
  const path = `/storage/v1/b/${server.gcs.bucket}`;
  await server.bearer({ method: 'PATCH', path, body: JSON.stringify({ cors: rules }) });
};

const cors = ({ status, headers }: Reply): Answer => ({
  status,
  origin: headers['access-control-allow-origin'],
  exposed: headers['access-control-expose-headers'],
});

const ask = (url: string, from: string, method: string, headers = 'content-type'): Promise<Reply> =>
  send(url, {
    method: 'OPTIONS',
    headers: {
      origin: from,
      'access-control-request-method': method,
      'access-control-request-headers': headers,
    },
  });

/** CORS of the XML API and of sessions. */
export const corsChecks: readonly GcsCheck[] = [
  {
    name: 'an origin of the rules gets the headers',
    source: about,
    expected: { status: 200, origin, exposed: 'Content-Type, x-goog-*, Range' },
    run: async (server) => {
      await withRules(server);
      await put(server, 'a');
      return cors(await server.signed({ method: 'GET', name: 'a', unsigned: { origin } }));
    },
  },
  {
    name: 'another origin gets the answer without them',
    source: about,
    expected: { status: 200, origin: undefined, exposed: undefined },
    run: async (server) => {
      await withRules(server);
      await put(server, 'a');
      return cors(
        await server.signed({ method: 'GET', name: 'a', unsigned: { origin: 'https://evil.com' } }),
      );
    },
  },
  {
    name: 'a preflight is answered from the rules',
    source: about,
    expected: { status: 200, origin, headers: 'content-type, x-goog-hash', age: '60' },
    run: async (server) => {
      await withRules(server);
      const url = server.url({ method: 'PUT', name: 'a' });
      const { status, headers } = await ask(url, origin, 'PUT', 'content-type, x-goog-hash');
      return {
        status,
        origin: headers['access-control-allow-origin'],
        headers: headers['access-control-allow-headers'],
        age: headers['access-control-max-age'],
      };
    },
  },
  ...[
    { name: 'a method', method: 'DELETE', headers: 'content-type' },
    { name: 'a header', method: 'PUT', headers: 'x-secret' },
  ].map(
    ({ name, method, headers }): GcsCheck => ({
      name: `a preflight for ${name} that no rule has is answered without CORS headers`,
      source: about,
      expected: { status: 200, origin: undefined, exposed: undefined },
      run: async (server) => {
        await withRules(server);
        return cors(await ask(server.url({ method, name: 'a' }), origin, method, headers));
      },
    }),
  ),
  {
    name: 'a session answers for the origin that opened it, whoever asks',
    source: `${about}, special considerations for resumable uploads`,
    expected: { status: 308, origin, exposed: 'Content-Type, x-goog-*, Range' },
    run: async (server) => {
      await withRules(server);
      const uri = await openSession(server, 'a', { origin });
      return cors(
        await chunk(uri, `bytes 0-${quantum - 1}/*`, Buffer.alloc(quantum), { origin: 'https://evil.com' }),
      );
    },
  },
  {
    name: 'a session that no origin opened has no CORS headers',
    source: `${about}, special considerations for resumable uploads`,
    expected: { status: 308, origin: undefined, exposed: undefined },
    run: async (server) => {
      await withRules(server);
      return cors(await chunk(await openSession(server, 'a'), 'bytes */*', '', { origin }));
    },
  },
  {
    name: 'a preflight for a session is answered for its origin',
    source: `${about}, special considerations for resumable uploads`,
    expected: { status: 200, origin, exposed: 'Content-Type, x-goog-*, Range' },
    run: async (server) => {
      await withRules(server);
      return cors(await ask(await openSession(server, 'a', { origin }), origin, 'PUT'));
    },
  },
  {
    name: 'a session of the JSON API needs no rules',
    source: `assumed: ${about}, JSON API`,
    expected: { status: 308, origin: 'https://other.example.com', range: true },
    run: async (server) => {
      const path = `/upload/storage/v1/b/${server.gcs.bucket}/o?uploadType=resumable&name=a`;
      const opened = await server.bearer({
        method: 'POST',
        path,
        headers: { origin: 'https://other.example.com' },
      });
      const reply = cors(await chunk(opened.headers.location ?? '', 'bytes */*'));
      return { status: reply.status, origin: reply.origin, range: String(reply.exposed).includes('Range') };
    },
  },
];
