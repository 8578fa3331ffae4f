import { type Call, call, type Reply, type Store } from '../call.ts';
import { put, setCors } from './steps.ts';
import type { Answer, S3Check } from './types.ts';

const rule =
  '<CORSRule><AllowedOrigin>https://*.example.com</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod>' +
  '<AllowedHeader>content-*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule>';

const shown = ({ status, headers }: Reply): Answer => ({
  status,
  origin: headers['access-control-allow-origin'] ?? 'none',
});

const ask = async (store: Store, headers: Record<string, string>): Promise<Answer> => {
  await setCors(store, rule);
  return shown(await call(store, { method: 'OPTIONS', key: 'a', sign: 'anonymous', headers }));
};

const from = async (store: Store, origin: string, more: Partial<Call> = {}): Promise<Reply> => {
  await setCors(store, rule);
  await put(store, 'a');
  return call(store, { method: 'GET', key: 'a', headers: { origin }, ...more });
};

/** CORS rules of a bucket. */
export const corsChecks: readonly S3Check[] = [
  {
    name: 'a preflight that fits a rule is allowed',
    expected: { status: 200, origin: 'https://app.example.com' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 400, origin: 'none' } },
    run: (store) =>
      ask(store, {
        origin: 'https://app.example.com',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type',
      }),
  },
  {
    name: 'a preflight from another origin is refused',
    expected: { status: 403, origin: 'none' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 400, origin: 'none' } },
    run: (store) => ask(store, { origin: 'https://example.org', 'access-control-request-method': 'PUT' }),
  },
  {
    name: 'a preflight for another method is refused',
    expected: { status: 403, origin: 'none' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 400, origin: 'none' } },
    run: (store) =>
      ask(store, { origin: 'https://app.example.com', 'access-control-request-method': 'DELETE' }),
  },
  {
    name: 'a preflight for another header is refused',
    expected: { status: 403, origin: 'none' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 400, origin: 'none' } },
    run: (store) =>
      ask(store, {
        origin: 'https://app.example.com',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'x-amz-meta-a',
      }),
  },
  {
    name: 'an answer to an allowed origin shows it and exposes ETag',
    expected: { status: 200, origin: 'https://app.example.com', exposed: 'ETag' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 200, origin: 'none' } },
    run: async (store) => {
      const reply = await from(store, 'https://app.example.com');
      return { ...shown(reply), exposed: reply.headers['access-control-expose-headers'] };
    },
  },
  {
    name: 'an answer to another origin has no CORS headers',
    expected: { status: 200, origin: 'none' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => shown(await from(store, 'https://example.org')),
  },
  {
    name: 'a refused signature has no CORS headers',
    expected: { status: 403, origin: 'none' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) =>
      shown(await from(store, 'https://app.example.com', { sign: { secretAccessKey: 'another' } })),
  },
  {
    name: 'a missing key has CORS headers',
    expected: { status: 404, origin: 'https://app.example.com' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 404, origin: 'none' } },
    run: async (store) => shown(await from(store, 'https://app.example.com', { key: 'absent' })),
  },
  {
    name: 'without rules a preflight is refused',
    expected: { status: 403, origin: 'none' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 400, origin: 'none' } },
    run: async (store) => {
      await call(store, { method: 'DELETE', query: { cors: '' } });
      const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'PUT' };
      return shown(await call(store, { method: 'OPTIONS', key: 'a', sign: 'anonymous', headers }));
    },
  },
];
