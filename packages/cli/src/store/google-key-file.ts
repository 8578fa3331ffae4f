import { readFileSync } from 'node:fs';
import { z } from 'zod';

const GOOGLE = 'https://oauth2.googleapis.com/token';

/** What is read of a service account's key file. */
export interface KeyFile {
  readonly client_email: string;
  readonly private_key: string;
  readonly token_uri: string;
}

const keyFile = z.object({
  type: z.literal('service_account'),
  client_email: z.string(),
  private_key: z.string(),
  token_uri: z.string(),
});

/**
 * The key of `GOOGLE_APPLICATION_CREDENTIALS` where it names a token endpoint that is not Google's: Google's own library
 * would not go there. Null in every other case: then the library's chain finds the credentials.
 */
export function foreignKeyFile(env: NodeJS.ProcessEnv): KeyFile | null {
  const path = env.GOOGLE_APPLICATION_CREDENTIALS;
  if (!path) return null;
  try {
    const read = keyFile.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return read.success && read.data.token_uri !== GOOGLE ? read.data : null;
  } catch {
    // What is wrong with the file, the library says better.
    return null;
  }
}
