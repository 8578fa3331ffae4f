import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { promisify } from 'node:util';

/** The one account that may call the server. */
export interface ServiceAccount {
  readonly clientEmail: string;
  /** PKCS #8 in PEM, as in the `private_key` of a key file. */
  readonly privateKey: string;
  readonly publicKey: KeyObject;
  /** RSASSA-PKCS1-v1_5 with SHA-256. */
  readonly sign: (bytes: Uint8Array) => Buffer;
  readonly verify: (text: string, signature: Buffer) => boolean;
}

/** An account to use in place of a made-up one. */
export interface ServiceAccountOptions {
  readonly clientEmail?: string;
  /** RSA key in PEM. Default: one of 2048 bits, made by this process. */
  readonly privateKey?: string;
}

let madeUp: Promise<KeyObject> | undefined;

/** The key of made-up accounts, one for each process: to find its primes takes longer than to start all servers. */
const madeUpKey = (): Promise<KeyObject> => {
  madeUp ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 }).then(({ privateKey }) => privateKey);
  return madeUp;
};

/** Makes the account; rejects when the key is no RSA key. */
export const createServiceAccount = async (options: ServiceAccountOptions): Promise<ServiceAccount> => {
  const key = options.privateKey === undefined ? await madeUpKey() : createPrivateKey(options.privateKey);
  if (key.asymmetricKeyType !== 'rsa') throw new TypeError('the key of a service account is an RSA key');
  const publicKey = createPublicKey(key);
  return {
    clientEmail: options.clientEmail ?? 'local-cloud@local-cloud.iam.gserviceaccount.com',
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey,
    sign: (bytes) => sign('RSA-SHA256', bytes, key),
    verify: (text, signature) => verify('RSA-SHA256', Buffer.from(text, 'latin1'), publicKey, signature),
  };
};
