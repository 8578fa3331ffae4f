import type { CloudConfiguration } from '../../configuration/store.ts';
import { passed } from '../findings.ts';
import type { Advice } from '../types.ts';

/** Azure tells only of headers that the answer has, so of the others of its rule nothing can be seen. */
const EXPOSED = ['content-range', 'date'];

export function azureAdvice({ bucket, endpoint }: CloudConfiguration, env: NodeJS.ProcessEnv): Advice {
  const address = endpoint || connectionEndpoint(env) || accountEndpoint(env);
  const account = accountName(address) ?? '$ACCOUNT';
  return {
    address,
    allow: () => ({
      cause:
        'The identity lacks a role on the container, a firewall of the account refuses this machine, or account keys are forbidden.',
      fix: `ACCOUNT=$(az storage account show --name ${account} --query id --output tsv)\naz role assignment create --assignee "$PRINCIPAL" --role "Storage Blob Data Contributor" \\\n  --scope "$ACCOUNT/blobServices/default/containers/${bucket}"\naz role assignment create --assignee "$PRINCIPAL" --role "Storage Blob Delegator" --scope "$ACCOUNT"`,
    }),
    credentialsMissing: {
      cause: 'There is neither an account key nor an identity.',
      fix: `export AZURE_STORAGE_ACCOUNT=${account}\nexport AZURE_STORAGE_KEY=…      # az storage account keys list --account-name ${account}\nor az login, or a managed identity of this machine`,
    },
    credentialsWrong: {
      cause: 'The account key is not one of this account, or it was rotated.',
      fix: `az storage account keys list --account-name ${account} --query '[0].value' --output tsv\nthen set AZURE_STORAGE_KEY, or AZURE_STORAGE_CONNECTION_STRING, to what it shows`,
    },
    bucketMissing: {
      cause: `There is no container "${bucket}" in this account.`,
      fix: `Correct --bucket, or make it:\naz storage container create --account-name ${account} --name ${bucket} --auth-mode login --public-access off`,
    },
    ignoresCondition: {
      cause: 'What answers lets a signature that may only create overwrite, which Azure refuses.',
      fix: 'Let requests reach Azure itself: correct --endpoint, and whatever stands in front of it.',
    },
    ignoresChecksum: {
      cause: 'What answers took bytes whose CRC64 is not the one they came with, which Azure refuses.',
      fix: 'Let requests reach Azure itself: correct --endpoint; or write --checksum md5.',
    },
    refusesHeaders: null,
    opaqueParts: null,
    failing: null,
    publicRead: {
      cause: 'The container is public: anyone with a file URL can read the file without a signature.',
      fix: `az storage account update --name ${account} --allow-blob-public-access false`,
    },
    listing: 'restype=container&comp=list&maxresults=1',
    cors: (origin) => ({
      cause: `The account's CORS rules do not let pages of ${origin} transfer files.`,
      fix: `az storage cors add --account-name ${account} --services b --origins ${origin} \\\n  --methods GET PUT --allowed-headers '*' \\\n  --exposed-headers 'Content-Range,Retry-After,Date,x-ms-error-code' --max-age 3600`,
    }),
    exposedHeaders: EXPOSED,
    lifecycle: async () => passed('uncommitted blocks expire after a week'),
  };
}

/** The blob endpoint that the connection string of the environment names. */
function connectionEndpoint(env: NodeJS.ProcessEnv): string | null {
  const fields = new Map(
    (env.AZURE_STORAGE_CONNECTION_STRING ?? '').split(';').map((field) => {
      const at = field.indexOf('=');
      return [field.slice(0, at).trim().toLowerCase(), field.slice(at + 1).trim()] as const;
    }),
  );
  if (fields.get('usedevelopmentstorage') === 'true') return 'http://127.0.0.1:10000/devstoreaccount1';
  const own = fields.get('blobendpoint');
  const name = fields.get('accountname');
  if (own || !name) return own || null;
  const protocol = fields.get('defaultendpointsprotocol') ?? 'https';
  return `${protocol}://${name}.blob.${fields.get('endpointsuffix') ?? 'core.windows.net'}`;
}

function accountEndpoint({ AZURE_STORAGE_ACCOUNT: name }: NodeJS.ProcessEnv): string | null {
  return name ? `https://${name}.blob.core.windows.net` : null;
}

function accountName(address: string | null): string | null {
  return /^https?:\/\/([a-z0-9]+)\.blob\./.exec(address ?? '')?.[1] ?? null;
}
