import { runDemo } from '@mesibo-files/demo-kit';
import { AzureFileTransferHandler } from '@mesibo-files/handler-azure';
import { openStore } from './store.ts';

await runDemo({
  cloud: 'Azure Blob Storage',
  settings:
    'Azurite is started for the demo, unless AZURE_STORAGE_CONTAINER names a container: then the account comes from\n' +
    'AZURE_STORAGE_CONNECTION_STRING, or from AZURE_STORAGE_ACCOUNT with AZURE_STORAGE_KEY or an Entra ID sign-in.',
  openStore,

  // This is all it takes: each user's mesibo gets a handler, and calls it for every file.
  register: (mesibo, options, onError) => {
    const handler = new AzureFileTransferHandler({ ...options, uid: mesibo.getUid(), onError });
    mesibo.addListener(handler);
  },
});
