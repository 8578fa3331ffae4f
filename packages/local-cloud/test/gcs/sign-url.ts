import { createHash, sign } from 'node:crypto';
import { encode } from '../sign.ts';

/** What is signed; a second implementation of V4 signing, independent of the server's. */
export interface UrlToSign {
  readonly method: string;
  /** Scheme, host and port that is called. */
  readonly endpoint: string;
  /** Encoded path. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** Headers to sign, beside the host. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** How it is signed; every field can be made wrong. */
export interface SignUrlOptions {
  readonly clientEmail: string;
  readonly privateKey: string;
  readonly time?: number;
  readonly expires?: number;
  readonly host?: string;
  readonly algorithm?: string;
  readonly scope?: string;
  /** Writes the names of the parameters in lower case, as gsutil does. */
  readonly lowerCase?: boolean;
}

/** A V4 signed URL. Source: "V4 signing process with your own program", Cloud Storage. */
export const signUrl = (url: UrlToSign, options: SignUrlOptions): string => {
  const date = `${new Date(options.time ?? Date.now()).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const scope = options.scope ?? `${date.slice(0, 8)}/auto/storage/goog4_request`;
  const headers = { ...url.headers, host: options.host ?? new URL(url.endpoint).host };
  const lines = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/\s+/g, ' ')] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = lines.map(([name]) => name).join(';');
  const written = (name: string): string => (options.lowerCase === true ? name.toLowerCase() : name);
  const query = Object.entries({
    ...url.query,
    'X-Goog-Algorithm': options.algorithm ?? 'GOOG4-RSA-SHA256',
    'X-Goog-Credential': `${options.clientEmail}/${scope}`,
    'X-Goog-Date': date,
    'X-Goog-Expires': String(options.expires ?? 600),
    'X-Goog-SignedHeaders': names,
  })
    .map(([name, value]) => `${encode(written(name))}=${encode(value)}`)
    .sort()
    .join('&');
  const canonical = [
    url.method,
    url.path,
    query,
    lines.map(([name, value]) => `${name}:${value}\n`).join(''),
    names,
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const text = ['GOOG4-RSA-SHA256', date, scope, digest].join('\n');
  const signature = sign('RSA-SHA256', Buffer.from(text), options.privateKey).toString('hex');
  return `${url.endpoint}${url.path}?${query}&${written('X-Goog-Signature')}=${signature}`;
};
