import { trimEnd } from '@mesibo-files/handler-core/provider';
import type { AzureAccountKey } from './options.ts';

/** What a connection string says. */
export interface Connection {
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

/** What is wrong with a connection string, by the mistakes that people make; or null. It shows nothing of the key. */
export function connectionFault(text: string): string | null {
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
