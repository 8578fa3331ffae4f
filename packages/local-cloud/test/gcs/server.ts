import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { type GcsServerOptions, type RunningGcs, startGcs } from '../../src/gcs/start-gcs.ts';
import { encode } from '../sign.ts';
import { type Reply, send } from './request.ts';
import { type SignUrlOptions, signUrl } from './sign-url.ts';

/** A call of the XML API by a signed URL; the headers are signed too. */
export interface SignedCall {
  readonly method: string;
  /** Not encoded; without it the call is for the bucket. */
  readonly name?: string;
  readonly bucket?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent, but not signed. */
  readonly unsigned?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly sign?: Partial<SignUrlOptions>;
}

/** A call of any API with an access token. */
export interface BearerCall {
  readonly method: string;
  /** Path and query as they are sent. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Default: one with full access. `null` sends none. */
  readonly token?: string | null;
}

const fullControl = 'https://www.googleapis.com/auth/devstorage.full_control';

/** A server with a clock of its own, for tests. */
export class TestServer {
  readonly gcs: RunningGcs;
  readonly directory: string;
  readonly #clock: { offset: number };
  #token: Promise<string> | undefined;

  constructor(gcs: RunningGcs, directory: string, clock: { offset: number }) {
    this.gcs = gcs;
    this.directory = directory;
    this.#clock = clock;
  }

  /** Puts the server's clock forward, by ms. */
  advance(ms: number): void {
    this.#clock.offset += ms;
    this.#token = undefined;
  }

  now(): number {
    return Date.now() + this.#clock.offset;
  }

  /** A signed URL. */
  url({ method, name, bucket, query, headers, sign }: SignedCall): string {
    const { clientEmail, endpoint, privateKey } = this.gcs;
    const object = name === undefined ? '' : `/${name.split('/').map(encode).join('/')}`;
    return signUrl(
      { method, endpoint, path: `/${bucket ?? this.gcs.bucket}${object}`, query, headers },
      { clientEmail, privateKey, time: this.now(), ...sign },
    );
  }

  signed(call: SignedCall): Promise<Reply> {
    const { method, headers, unsigned, body } = call;
    return send(this.url(call), { method, headers: { ...headers, ...unsigned }, body });
  }

  /** An access token for those scopes. */
  async fetchToken(scope: string = fullControl): Promise<string> {
    const seconds = Math.floor(this.now() / 1000);
    const assertion = await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(this.gcs.clientEmail)
      .setAudience(this.gcs.tokenUri)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 3600)
      .sign(createPrivateKey(this.gcs.privateKey));
    const body = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion,
    });
    const reply = await send(this.gcs.tokenUri, { method: 'POST', body: body.toString() });
    const { access_token } = JSON.parse(reply.body.toString()) as { access_token: string };
    return access_token;
  }

  async bearer({ method, path, headers, body, token }: BearerCall): Promise<Reply> {
    this.#token ??= this.fetchToken();
    const chosen = token === undefined ? await this.#token : token;
    const authorization = chosen === null ? {} : { authorization: `Bearer ${chosen}` };
    return send(`${this.gcs.endpoint}${path}`, { method, headers: { ...authorization, ...headers }, body });
  }

  async stop(): Promise<void> {
    await this.gcs.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Making a key takes longer than most tests: the servers of a file share one. */
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** Starts a server in a folder of its own. */
export const startTestServer = async (options: GcsServerOptions = {}): Promise<TestServer> => {
  const directory = await mkdtemp(join(tmpdir(), 'gcs-'));
  const clock = { offset: 0 };
  const now = (): number => Date.now() + clock.offset;
  const gcs = await startGcs(
    { serviceAccount: { privateKey }, ...options },
    { directory, now, tls: undefined },
  );
  return new TestServer(gcs, directory, clock);
};
