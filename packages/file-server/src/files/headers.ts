import {
  answeredDisposition,
  isScriptType,
  normaliseMediaType,
  type ReadPlan,
} from '@mesibo-files/handler-core/provider';
import type { ServerContext } from '../context/context.ts';

/**
 * A file that is shown in place runs nothing and loads nothing: users sent it, and it comes from this server's origin.
 * Media players of browsers load the file itself.
 */
const POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

/**
 * Headers of a file whose bytes come from this server. What a browser could run is downloaded, never shown, whatever the
 * store says of it; a protected file is kept by no cache, and any other is asked for again before it is used.
 */
export function fileHeaders(
  context: Pick<ServerContext, 'origins'>,
  url: string,
  plan: ReadPlan,
): Record<string, string> {
  const { name, sender, ranges } = plan;
  const contentType = shownType(plan.contentType);
  const etag = etagOf(plan);
  return {
    'content-type': contentType,
    'content-disposition': answeredDisposition(name ?? lastSegment(url), contentType),
    'cache-control': sender?.secure === false ? 'private, no-cache' : 'private, no-store',
    'accept-ranges': ranges ? 'bytes' : 'none',
    ...(etag === null ? {} : { etag }),
    ...securityHeaders(context),
  };
}

/** The version as an ETag (RFC 9110), or null. */
export function etagOf({ version }: Pick<ReadPlan, 'version'>): string | null {
  if (version === null) return null;
  return /^"[^"]*"$/.test(version) ? version : `"${version.replaceAll('"', '')}"`;
}

/** Types that a browser runs are not named: no page of this origin can have such a file as its script. */
function shownType(stored: string): string {
  const type = normaliseMediaType(stored);
  return type === null || isScriptType(type) ? 'application/octet-stream' : type;
}

/** Headers of every answer about a file. Its URL may carry a token, which must not go on as a Referer. */
export function securityHeaders({ origins }: Pick<ServerContext, 'origins'>): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'content-security-policy': POLICY,
    // Pages of other sites show no file of ours, unless some may call at all.
    'cross-origin-resource-policy': origins.length > 0 ? 'cross-origin' : 'same-site',
    'referrer-policy': 'no-referrer',
    vary: 'Authorization, Origin',
  };
}

function lastSegment(url: string): string {
  return decodeURIComponent(url.slice(url.lastIndexOf('/') + 1));
}
