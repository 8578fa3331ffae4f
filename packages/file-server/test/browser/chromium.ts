import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium, type Page } from 'playwright-core';

/** A page in a real Chromium. */
export interface OpenPage {
  /** Origin of the page. */
  readonly origin: string;
  readonly page: Page;
  close(): Promise<void>;
}

/** Opens a page with the script of `page.ts` in it, as a bundler makes it for browsers. */
export async function openPage(): Promise<OpenPage> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['source'],
  });
  const script = outputFiles[0]?.text ?? '';
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  const page = await browser.newPage();
  await page.goto(origin);
  await page.waitForFunction('typeof roundTrip === "function"');
  return {
    origin,
    page,
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}
