import type { Store, Workspace } from '@mesibo-files/demo-kit';
import type { AzureOptions } from '@mesibo-files/handler-azure';
import { startLocalCloud } from '@mesibo-files/local-cloud';

/** Your container, when AZURE_STORAGE_CONTAINER names one; else Azurite's, which ends with the demo. */
export async function openStore(
  workspace: Workspace,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Store<AzureOptions>> {
  const container = env.AZURE_STORAGE_CONTAINER;
  if (container) {
    const account = env.AZURE_STORAGE_ACCOUNT;
    return {
      options: { container, ...(account ? { account } : {}) },
      description: `Container "${container}" at Azure. What is sent stays there, under mesibo/.\n`,
    };
  }
  const { azure, stop } = await startLocalCloud({ dir: workspace.folder, azure: true });
  workspace.atEnd(stop);
  if (azure === null) throw new Error('Azurite was not started.');
  return {
    options: { container: azure.container, connectionString: azure.connectionString },
    description: `Container "${azure.container}" at ${azure.endpoint}, Azurite started for this demo.\n`,
  };
}
