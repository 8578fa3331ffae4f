import { expectBothFiles } from '@mesibo-files/demo-kit/testing';
import { it } from 'vitest';

it('sends a picture and a large file through Google Cloud Storage, and leaves nothing behind', async () => {
  const main = new URL('./main.ts', import.meta.url);
  await expectBothFiles({ main, url: /^http:\/\/127\.0\.0\.1:\d+\/\S/ });
});
