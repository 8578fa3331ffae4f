import { fileURLToPath } from 'node:url';
import { expectBothFiles } from '@mesibo-files/demo-kit/testing';
import { it } from 'vitest';

it('sends a picture and a large file through Azure Blob Storage, and leaves nothing behind', async () => {
  const main = new URL('./main.ts', import.meta.url);
  // The bundled program loads Azurite as it runs.
  const env = { NODE_PATH: fileURLToPath(new URL('../node_modules', import.meta.url)) };
  await expectBothFiles({ main, env, url: /^http:\/\/127\.0\.0\.1:\d+\/\S/ });
});
