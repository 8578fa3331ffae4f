import { readFileSync } from 'node:fs';
import type { GcsCredentials } from '../options.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Google's token endpoint, as it stands in key files. */
const GOOGLE = 'https://oauth2.googleapis.com/token';

/**
 * Origin of the emulator that `STORAGE_EMULATOR_HOST` names, or null. Google's tools write it with and without a scheme;
 * emulators speak HTTP.
 */
export function environmentEndpoint(env: Environment): string | null {
  const host = env.STORAGE_EMULATOR_HOST;
  if (!host) return null;
  const url = /^https?:\/\//.test(host) ? host : `http://${host}`;
  return URL.canParse(url) ? new URL(url).origin : null;
}

/**
 * The key of a service account's file, of the option or of `GOOGLE_APPLICATION_CREDENTIALS`, where it names a token
 * endpoint that is not Google's: Google's own library would not go there. Null in every other case: then the library's
 * chain finds the credentials, and says what is wrong with the file.
 */
export function foreignKeyFile(keyFilename: string | undefined, env: Environment): GcsCredentials | null {
  const path = keyFilename ?? env.GOOGLE_APPLICATION_CREDENTIALS;
  if (!path) return null;
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const { type, client_email, private_key, token_uri } = Object(found) as Record<string, unknown>;
    const whole = [client_email, private_key, token_uri].every(
      (each) => typeof each === 'string' && each !== '',
    );
    if (type !== 'service_account' || !whole || token_uri === GOOGLE) return null;
    return {
      client_email: String(client_email),
      private_key: String(private_key),
      token_uri: String(token_uri),
    };
  } catch {
    return null;
  }
}
