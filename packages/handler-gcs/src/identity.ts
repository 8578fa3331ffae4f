import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { badKey, type Credentials, missingCredentials } from './credentials.ts';
import { readFailure } from './errors.ts';

/** Who signs, and how. */
export interface Identity {
  readonly email: string;
  /** The signature of a text, in base64. */
  readonly sign: (text: string) => Promise<string>;
}

/** In a thread of its own, so that a hundred URLs don't hold up everything else. */
const signInThread = promisify<string, Uint8Array, KeyObject, Buffer>(sign);

const NO_ACCOUNT =
  'Use a service account: its key, the one attached to the machine, or impersonation by gcloud.';
const NO_ROLE =
  'To sign without a key, the IAM Service Account Credentials API must be on, and the account needs the role roles/iam.serviceAccountTokenCreator on itself.';

/**
 * The service account: with its key, parsed once, which signs four times as fast; or, where the key is Google's, with
 * IAM, which signs one text a request.
 * @throws `credentials-missing`, `credentials-wrong`, …
 */
export async function findIdentity(credentials: Credentials): Promise<Identity> {
  const client: object = await credentials.client();
  const own = { email: Reflect.get(client, 'email'), key: Reflect.get(client, 'key') };
  if (typeof own.email === 'string' && typeof own.key === 'string') {
    const key = parseKey(own.key);
    return {
      email: own.email,
      sign: async (text) => (await signInThread('RSA-SHA256', Buffer.from(text), key)).toString('base64'),
    };
  }
  return { email: await findEmail(credentials), sign: (text) => signByIam(credentials, text) };
}

async function findEmail(credentials: Credentials): Promise<string> {
  const sentAt = Date.now();
  let email: string | undefined;
  try {
    email = (await credentials.auth.getCredentials()).client_email;
  } catch (error) {
    const known = credentials.failure(error, 'finding the service account', sentAt);
    if (known.code !== 'internal') throw known;
  }
  if (email) return email;
  throw missingCredentials('The credentials are of no service account.', 'no client_email', NO_ACCOUNT);
}

async function signByIam(credentials: Credentials, text: string): Promise<string> {
  const sentAt = Date.now();
  try {
    return await credentials.auth.sign(text);
  } catch (error) {
    const known = credentials.failure(error, 'signing by IAM', sentAt, { hint: NO_ROLE });
    throw known.code === 'access-denied' ? known : credentials.failure(error, 'signing by IAM', sentAt);
  }
}

function parseKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw badKey(readFailure(error).name);
  }
}
