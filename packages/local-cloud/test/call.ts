import { Agent, request as httpRequest } from 'node:http';
import { encode, type SignedRequest, type SignOptions, sign } from './sign.ts';

/** A store to call and the keys to call it with. */
export interface Store {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly bucket: string;
}

/** A call; without `sign` it is presigned for 10 minutes from now. */
export interface Call {
  readonly method: string;
  /** Not encoded; without it the call is for the bucket. */
  readonly key?: string;
  readonly bucket?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly host?: string;
  readonly sign?: Partial<SignOptions> | 'anonymous';
  /** Changes the request after it was signed. */
  readonly tamper?: (request: SignedRequest) => SignedRequest;
}

/** An answer. */
export interface Reply {
  readonly status: number;
  /** `Code` of the XML error, if it is one. */
  readonly code: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Text of the first element of that name. */
export const element = (xml: Buffer | string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml.toString())?.[1]?.replaceAll('&quot;', '"');

export const call = (store: Store, options: Call): Promise<Reply> => {
  const url = new URL(store.endpoint);
  const host = options.host ?? url.host;
  const path = `/${options.bucket ?? store.bucket}${options.key === undefined ? '' : `/${options.key.split('/').map(encode).join('/')}`}`;
  const unsigned = {
    method: options.method,
    path,
    query: Object.entries(options.query ?? {}),
    headers: { host, ...options.headers },
  };
  const defaults: SignOptions = {
    place: 'query',
    accessKeyId: store.accessKeyId,
    secretAccessKey: store.secretAccessKey,
    region: store.region,
    service: 's3',
    terminal: 'aws4_request',
    time: Date.now(),
    expires: 600,
    payloadHash: 'UNSIGNED-PAYLOAD',
    unsigned: [],
    securityToken: undefined,
    scopeDate: undefined,
  };
  const signed = options.sign === 'anonymous' ? unsigned : sign(unsigned, { ...defaults, ...options.sign });
  return transmit(url, options.tamper?.(signed) ?? signed, options.body);
};

// Kept alive: Swift sends an empty line after some answers, which is an error on a connection that is to close.
const agent = new Agent({ keepAlive: true });

const transmit = (url: URL, request: SignedRequest, body: Call['body']): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const query = request.query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
    const outbound = httpRequest({
      host: url.hostname,
      port: url.port,
      method: request.method,
      path: query === '' ? request.path : `${request.path}?${query}`,
      headers: {
        ...request.headers,
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
      agent,
    });
    outbound.on('error', reject);
    outbound.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const code =
          bytes.includes('<Error>') || bytes.includes('<Error ') ? element(bytes, 'Code') : undefined;
        resolve({ status: response.statusCode ?? 0, code, headers: response.headers, body: bytes });
      });
    });
    outbound.end(body);
  });
