import { isKnownDigest, sha256 } from '../authorise/secret-digests.ts';
import { Refusal } from '../http/refusal.ts';
import type { NodeRoute } from '../http/serve-node.ts';
import type { Metrics } from './metrics.ts';

/** Who may read `/metrics`: whoever has this token (`Authorization: Bearer`), or everybody. */
export type MetricsAccess = 'open' | { readonly token: string };

/** GET /metrics */
export function metricsRoute(metrics: Metrics, access: MetricsAccess): NodeRoute {
  return {
    name: 'metrics',
    matches: (method, path) => path === '/metrics' && (method === 'GET' || method === 'HEAD'),
    async handle(_context, { credential }, _request, response) {
      if (access !== 'open') await checkToken(access.token, credential.token);
      const text = await metrics.text();
      response.writeHead(200, {
        'content-type': metrics.contentType,
        'content-length': Buffer.byteLength(text),
        'cache-control': 'no-store',
      });
      response.end(text);
    },
  };
}

async function checkToken(expected: string, given: string | null): Promise<void> {
  const good = given !== null && isKnownDigest(sha256(given), [sha256(expected)]);
  if (!good) throw new Refusal('unauthorised', 'Metrics need their token.', { 'www-authenticate': 'Bearer' });
}
