import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import type { AzureChecksum } from '../src/options.ts';
import { readConnectionString } from '../src/presign/credentials.ts';
import type { AzureTestStore } from './harness.ts';

/** An Azurite of this process, started when it is first asked for. */
export interface Azurite {
  readonly store: (checksum: AzureChecksum) => Promise<AzureTestStore>;
  readonly stop: () => Promise<void>;
}

/** `createOnlyBlocks`: as Azure is from service version 2026-04-06 on. Else blocks are staged under another name. */
export function azurite(createOnlyBlocks: boolean): Azurite {
  let started: Promise<LocalCloud> | undefined;
  const running = (): Promise<LocalCloud> => {
    started ??= startLocalCloud({ azure: { createOnlyBlocks } });
    return started;
  };
  return {
    store: async (checksum) => {
      const { azure } = await running();
      const connection = readConnectionString(azure?.connectionString ?? '');
      if (azure === null || connection === null) throw new Error('Azurite has no connection string.');
      return { ...connection, container: azure.container, checksum };
    },
    stop: async () => (started === undefined ? undefined : (await started).stop()),
  };
}
