import type { GcsOptions } from './options.ts';

/** Whether a bucket can have this name. Source: https://cloud.google.com/storage/docs/buckets#naming */
export function isBucketName(name: string): boolean {
  if (typeof name !== 'string' || name.length > 222 || name.includes('..')) return false;
  return /^[a-z0-9][a-z0-9._-]+[a-z0-9]$/.test(name) && name.split('.').every(({ length }) => length <= 63);
}

/** Whether this is scheme, host and port alone. */
export function isOrigin(url: string | undefined): boolean {
  if (url === undefined) return true;
  if (!URL.canParse(url)) return false;
  const { hash, password, pathname, protocol, search, username } = new URL(url);
  return /^https?:$/.test(protocol) && pathname === '/' && `${username}${password}${search}${hash}` === '';
}

/** Notes what is wrong with what says who calls. */
export function checkIdentity(options: GcsOptions, check: (good: boolean, mistake: string) => void): void {
  const { client, credentials, endpoint, keyFilename, projectId } = options;
  check(keyFilename === undefined || keyFilename !== '', 'keyFilename: must not be empty');
  check(projectId === undefined || projectId !== '', 'projectId: must not be empty');
  check(
    credentials === undefined || keyFilename === undefined,
    'credentials: leave them out beside a keyFilename',
  );
  check(
    credentials === undefined || (isFilled(credentials.client_email) && isFilled(credentials.private_key)),
    'credentials: client_email and private_key, as in a key file',
  );
  check(
    credentials?.token_uri === undefined || URL.canParse(credentials.token_uri),
    'credentials.token_uri: must be a URL',
  );
  const own = [credentials, endpoint, keyFilename, projectId].every((each) => each === undefined);
  check(client === undefined || own, 'client: brings its own endpoint and credentials; leave those out');
}

function isFilled(text: unknown): boolean {
  return typeof text === 'string' && text !== '';
}
