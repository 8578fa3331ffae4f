import {
  fileUrlFor,
  type SignedRequest,
  type StoreClock,
  toBase64Url,
} from '@mesibo-files/handler-core/provider';
import type { Settings } from '../options.ts';

/** A request to the store that is not signed yet. */
export interface Unsigned {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  /** All of them are signed. Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type Presign = (request: Unsigned) => Promise<SignedRequest>;

/** Signs requests by HMAC-SHA256: method, path, query, headers and time are bound. */
export function presigner({ endpoint, bucket, secret, timeToLive }: Settings, clock: StoreClock): Presign {
  const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const signingKey = crypto.subtle.importKey('raw', bytes(secret), algorithm, false, ['sign']);
  return async ({ method, key, query = {}, headers = {} }) => {
    const url = new URL(fileUrlFor(endpoint, key === '' ? bucket : `${bucket}/${key}`));
    const now = Math.round(clock.now());
    const names = Object.keys(headers).sort();
    const bound = { headers: names.join(';'), signed: String(now), expires: String(now + timeToLive) };
    url.search = String(new URLSearchParams({ ...query, ...bound }));
    const lines = names.map((name) => `${name}:${headers[name]}`);
    const text = [method, url.pathname + url.search, ...lines].join('\n');
    const signature = new Uint8Array(await crypto.subtle.sign('HMAC', await signingKey, bytes(text)));
    return { method, url: `${url}&signature=${toBase64Url(signature)}`, headers, timeToLive };
  };
}
