import { describeSigner } from '@mesibo-files/conformance';
import { afterAll } from 'vitest';
import { azureHarness } from './harness.ts';
import { azurite } from './stores.ts';

/** Blocks of the object itself, by who may only create; with MD5, for its integrity is kept in another way. */
const azure = azurite(true);

afterAll(() => azure.stop());

describeSigner(
  azureHarness('azure where who may create may stage blocks', async () => ({
    ...(await azure.store('md5')),
    smallParts: true,
  })),
);
