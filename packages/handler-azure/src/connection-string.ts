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

/** Reads a connection string; null when it is none with an account key. */
export function readConnectionString(text: string): Connection | null {
  const fields = new Map<string, string>();
  for (const field of text.split(';')) {
    const at = field.indexOf('=');
    if (at > 0) fields.set(field.slice(0, at).trim().toLowerCase(), field.slice(at + 1).trim());
  }
  if (fields.get('usedevelopmentstorage') === 'true') return AZURITE;
  const accountName = fields.get('accountname');
  const accountKey = fields.get('accountkey');
  if (!accountName || !accountKey) return null;
  const protocol = fields.get('defaultendpointsprotocol') ?? 'https';
  const suffix = fields.get('endpointsuffix') ?? 'core.windows.net';
  const endpoint = fields.get('blobendpoint') ?? `${protocol}://${accountName}.blob.${suffix}`;
  return { endpoint: trimEnd(endpoint, '/'), credentials: { accountName, accountKey } };
}
