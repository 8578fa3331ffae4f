import { trimEnd } from '@mesibo-files/handler-core/provider';
import { connectionFault, readConnectionString } from './connection-string.ts';
import type { AzureCredentials, AzureOptions } from './options.ts';

/** Where the account is and who signs for it. */
export interface Account {
  readonly name: string;
  /** The blob endpoint, with no slash at its end. */
  readonly endpoint: string;
  /** Null: whatever `@azure/identity` finds. */
  readonly credentials: AzureCredentials | null;
}

/** Account, endpoint and credentials of the options, or of the environment; a text says what is wrong with them. */
export function accountOf(options: AzureOptions): Account | string {
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
