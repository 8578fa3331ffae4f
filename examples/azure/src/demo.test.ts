import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linesAfter, runAsProcess } from '@mesibo-files/demo-kit/testing';
import { afterAll, expect, it } from 'vitest';

const temp = mkdtempSync(join(tmpdir(), 'demo-test-'));
afterAll(() => rmSync(temp, { recursive: true }));

it('sends a picture and a large file through Azure Blob Storage, and leaves nothing behind', async () => {
  const main = new URL('./main.ts', import.meta.url);
  // The bundled program loads Azurite as it runs.
  const env = { NODE_PATH: fileURLToPath(new URL('../node_modules', import.meta.url)) };
  const args = ['--size', '20'];
  const { code, stdout, stderr, left } = await runAsProcess({ main, args, env, temp });
  expect(code, stderr).toBe(0);
  const sent = linesAfter(stdout, 'SHA-256 of what was sent');
  expect(sent).toHaveLength(2);
  expect(linesAfter(stdout, 'SHA-256 of what arrived: the same')).toEqual(sent);
  for (const url of linesAfter(stdout, 'URL in the message')) {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\S+\/mesibo\/\S+\/(picture\.png|20-mib\.bin)$/);
  }
  expect(left).toEqual([]);
});
