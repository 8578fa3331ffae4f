import { createHash, createHmac } from 'node:crypto';

/** A request to sign; the path is encoded already. */
export interface UnsignedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyArray<readonly [string, string]>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Every component of a signature, so that tests can get each wrong. */
export interface SignOptions {
  readonly place: 'query' | 'header';
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly service: string;
  readonly terminal: string;
  /** Epoch ms. */
  readonly time: number;
  readonly expires: number;
  readonly payloadHash: string;
  /** Lower-case names of headers that are sent and not signed. */
  readonly unsigned: readonly string[];
  readonly securityToken: string | undefined;
  /** Date of the scope, if not that of the time. */
  readonly scopeDate: string | undefined;
}

/** A request that carries its signature. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyArray<readonly [string, string]>;
  readonly headers: Readonly<Record<string, string>>;
}

export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const amzDate = (time: number): string =>
  `${new Date(time).toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '')}Z`;

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Signs by AWS Signature Version 4, written apart from the server's verifier. */
export const sign = (request: UnsignedRequest, options: SignOptions): SignedRequest => {
  const date = amzDate(options.time);
  const scope = [
    options.scopeDate ?? date.slice(0, 8),
    options.region,
    options.service,
    options.terminal,
  ].join('/');
  const credential = `${options.accessKeyId}/${scope}`;
  const token = options.securityToken;
  const headers: Record<string, string> =
    options.place === 'query'
      ? { ...request.headers }
      : {
          ...request.headers,
          'x-amz-date': date,
          'x-amz-content-sha256': options.payloadHash,
          ...(token === undefined ? {} : { 'x-amz-security-token': token }),
        };
  const names = Object.keys(headers)
    .map((name) => name.toLowerCase())
    .filter((name) => !options.unsigned.includes(name))
    .sort();
  const query: Array<readonly [string, string]> = [...request.query];
  if (options.place === 'query') {
    query.push(
      ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
      ['X-Amz-Credential', credential],
      ['X-Amz-Date', date],
      ['X-Amz-Expires', String(options.expires)],
      ['X-Amz-SignedHeaders', names.join(';')],
    );
    if (token !== undefined) query.push(['X-Amz-Security-Token', token]);
  }
  const canonical = [
    request.method,
    request.path,
    query
      .map(([name, value]) => [encode(name), encode(value)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&'),
    names.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`).join(''),
    names.join(';'),
    options.place === 'query' ? 'UNSIGNED-PAYLOAD' : options.payloadHash,
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  );
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${options.secretAccessKey}`);
  const signature = hmac(key as Buffer, text).toString('hex');
  if (options.place === 'query')
    return { ...request, headers, query: [...query, ['X-Amz-Signature', signature]] };
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...request, headers: { ...headers, authorization }, query };
};
