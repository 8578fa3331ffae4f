import { TransferError } from '@mesibo-files/handler-core';
import { trimEnd } from '@mesibo-files/handler-core/provider';

/** The key of a storage account. */
export interface AzureAccountKey {
  readonly accountName: string;
  /** Base64, as the portal and `az storage account keys list` show it. */
  readonly accountKey: string;
}

/** What `@azure/identity` makes, as in `new DefaultAzureCredential()`; anything with this method will do. */
export interface AzureTokenCredential {
  getToken(
    scopes: string | string[],
    options?: object,
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** An account's key, or an identity that may get user delegation keys. */
export type AzureCredentials = AzureAccountKey | AzureTokenCredential;

/** The options that say which account it is, and who signs for it. */
export interface AccountOptions {
  /** Name of the storage account. Default: that of the credentials or the endpoint. */
  readonly account?: string;
  /**
   * The blob endpoint, as in `https://acme.blob.core.windows.net`; with the account in its path for Azurite. Default:
   * the connection string's, else that of `account` in the public cloud.
   */
  readonly endpoint?: string;
  /**
   * An account key, or a credential of `@azure/identity` (over https only). Default: `AZURE_STORAGE_CONNECTION_STRING`,
   * `AZURE_STORAGE_ACCOUNT` with `AZURE_STORAGE_KEY`, else `DefaultAzureCredential` where `@azure/identity` is installed.
   */
  readonly credentials?: AzureCredentials;
  /** A connection string with an account key; it replaces account, endpoint and credentials. */
  readonly connectionString?: string;
}

/** Where the account is and who signs for it. */
export interface Account {
  readonly name: string;
  /** The blob endpoint, with no slash at its end. */
  readonly endpoint: string;
  /** Null: whatever `@azure/identity` finds. */
  readonly credentials: AzureCredentials | null;
}

/** Account, endpoint and credentials of the options, or of the environment; a text says what is wrong with them. */
export function accountOf(options: AccountOptions): Account | string {
  const { account, endpoint, credentials, connectionString } = options;
  if (connectionString !== undefined) {
    if (account !== undefined || endpoint !== undefined || credentials !== undefined) {
      return 'connectionString: brings account, endpoint and credentials; leave those out';
    }
    return connected('connectionString', connectionString);
  }
  if (account === undefined && endpoint === undefined && credentials === undefined) {
    const text = environment('AZURE_STORAGE_CONNECTION_STRING');
    if (text !== undefined) return connected('AZURE_STORAGE_CONNECTION_STRING', text);
  }
  return fromParts(account, endpoint && trimEnd(endpoint, '/'), credentials ?? environmentKey(account));
}

function fromParts(
  account: string | undefined,
  endpoint: string | undefined,
  credentials: AzureCredentials | null,
): Account | string {
  const keyed = credentials !== null && 'accountKey' in credentials ? credentials.accountName : undefined;
  const found = endpoint === undefined ? undefined : accountInEndpoint(endpoint);
  const name = account ?? keyed ?? found ?? environment('AZURE_STORAGE_ACCOUNT');
  if (name === undefined) return 'account: name it, or give an endpoint, credentials or a connectionString';
  if (keyed !== undefined && keyed !== name) return 'credentials: accountName must be that of the account';
  return { name, endpoint: endpoint ?? `https://${name}.blob.core.windows.net`, credentials };
}

/** `from`: where the connection string stands. */
function connected(from: string, text: string): Account | string {
  const read = readConnectionString(text);
  if (read === null) return `${from}: ${connectionFault(text) ?? 'can not be read'}`;
  return { name: read.credentials.accountName, endpoint: read.endpoint, credentials: read.credentials };
}

/**
 * The account's name: the path where there is one (Azurite), else the first label of a host of Azure's. A domain of
 * one's own tells none.
 */
function accountInEndpoint(endpoint: string): string | undefined {
  if (!URL.canParse(endpoint)) return undefined;
  const { hostname, pathname } = new URL(endpoint);
  const [, inPath = ''] = pathname.split('/');
  if (inPath !== '') return inPath;
  const [name, ...domain] = hostname.split('.');
  return domain.includes('blob') ? name?.replace(/-secondary$/, '') : undefined;
}

/** The variables of Azure's own command line. */
function environmentKey(account: string | undefined): AzureCredentials | null {
  const accountName = environment('AZURE_STORAGE_ACCOUNT');
  const accountKey = environment('AZURE_STORAGE_KEY');
  if (!accountName || !accountKey || (account !== undefined && account !== accountName)) return null;
  return { accountName, accountKey };
}

function environment(name: string): string | undefined {
  return (typeof process === 'undefined' ? undefined : process.env[name]) || undefined;
}

/** What a connection string says. */
interface Connection {
  readonly endpoint: string;
  readonly credentials: AzureAccountKey;
}

/** Account and key of every Azurite; they are public: https://learn.microsoft.com/azure/storage/common/storage-use-azurite */
const AZURITE: Connection = {
  endpoint: 'http://127.0.0.1:10000/devstoreaccount1',
  credentials: {
    accountName: 'devstoreaccount1',
    accountKey: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  },
};

/** Reads a connection string; null when it is none with an account key, or {@link connectionFault} finds one. */
export function readConnectionString(text: string): Connection | null {
  const fields = fieldsOf(text);
  if (fields.get('usedevelopmentstorage') === 'true') return AZURITE;
  const accountName = fields.get('accountname');
  const accountKey = fields.get('accountkey');
  if (!accountName || !accountKey || connectionFault(text) !== null) return null;
  const protocol = fields.get('defaultendpointsprotocol') ?? 'https';
  const suffix = fields.get('endpointsuffix') ?? 'core.windows.net';
  const endpoint = fields.get('blobendpoint') ?? `${protocol}://${accountName}.blob.${suffix}`;
  return { endpoint: trimEnd(endpoint, '/'), credentials: { accountName, accountKey } };
}

/** Names the mistake in a connection string, or null. Never shows the key. */
function connectionFault(text: string): string | null {
  if (/^["']/.test(text.trim())) return 'stands in quotes; take them off';
  const fields = fieldsOf(text);
  if (fields.get('usedevelopmentstorage') === 'true') return null;
  const [name, key] = [fields.get('accountname'), fields.get('accountkey')];
  if (!key && fields.has('sharedaccesssignature')) {
    return 'has only a shared access signature, with which nothing can be signed; give an account key or an identity';
  }
  if (!name || !key) return 'must have AccountName and AccountKey';
  if (fields.get('endpointsuffix') === '') return 'has an empty EndpointSuffix; leave it out';
  const endpoint = fields.get('blobendpoint');
  return endpoint !== undefined && namesContainer(endpoint, name)
    ? 'names a container in its BlobEndpoint; give it as container'
    : null;
}

/** Whether more follows where the account is named: in the host, or as the first of the path (Azurite). */
function namesContainer(endpoint: string, account: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { hostname, pathname } = new URL(endpoint);
  const [first, second] = pathname.split('/').filter((segment) => segment !== '');
  return (
    first !== undefined && (hostname.startsWith(`${account}.`) || (first === account && second !== undefined))
  );
}

function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const field of text.split(';')) {
    const at = field.indexOf('=');
    if (at > 0) fields.set(field.slice(0, at).trim().toLowerCase(), field.slice(at + 1).trim());
  }
  return fields;
}

/** A name that no bundler follows: the package is the user's to install. */
const IDENTITY: string = '@azure/identity';

/** What Azure's own library finds: environment, managed identity, command line. @throws `credentials-missing` */
export async function defaultCredential(): Promise<AzureTokenCredential> {
  const found: unknown = await import(IDENTITY).catch(() => null);
  const Default: unknown =
    typeof found === 'object' && found !== null ? Reflect.get(found, 'DefaultAzureCredential') : null;
  if (typeof Default === 'function') {
    const made: unknown = Reflect.construct(Default, []);
    if (isTokenCredential(made)) return made;
  }
  throw new TransferError('credentials-missing', 'There are no Azure credentials.', {
    hint: 'Give the signer an account key or a connection string, or install @azure/identity.',
  });
}

function isTokenCredential(value: unknown): value is AzureTokenCredential {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'getToken') === 'function';
}
