import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

/** What every worker has, and nothing of Node's. */
const WEB_GLOBALS = [
  'AbortController',
  'AbortSignal',
  'Blob',
  'Headers',
  'ReadableStream',
  'Request',
  'Response',
  'TextDecoder',
  'TextDecoderStream',
  'TextEncoder',
  'TransformStream',
  'URL',
  'URLSearchParams',
  'atob',
  'btoa',
  'clearTimeout',
  'crypto',
  'fetch',
  'performance',
  'queueMicrotask',
  'setTimeout',
  'structuredClone',
  // One class of bytes for the worker and for its Web Crypto.
  'ArrayBuffer',
  'Uint8Array',
] as const;

/** A worker that signs for a store that is another's: what it makes of requests is answered as JSON. */
const WORKER = `
import { createFileServer, issueToken, signedTokens } from '@mesibo-files/file-server';
const secret = { id: 'a', secret: 'a secret of at least thirty-two bytes' };
const signer = {
  capabilities: async () => ({ provider: 'stub', shapes: ['single'], singleUpTo: 1, maxSize: 1 }),
  owns: (url) => url.startsWith('https://files.test/files/'),
};
const server = createFileServer({
  baseUrl: 'https://files.test',
  signer,
  authorise: signedTokens({ keys: { secrets: [secret] } }),
  ticketKeys: [secret],
});
globalThis.run = async (path, withToken) => {
  const token = await issueToken({ secret, uid: 7 });
  const headers = withToken ? { authorization: 'Bearer ' + token } : {};
  const response = await server.fetch(new Request('https://files.test' + path, { headers }));
  return JSON.stringify([response.status, await response.json()]);
};
`;

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: WORKER, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'js' },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'neutral',
    target: 'es2022',
    mainFields: ['module', 'main'],
    conditions: ['source', 'worker', 'browser', 'import'],
    // What is left of these in the result would be a worker's end; what is not needed is shaken off.
    external: ['node:*', 'undici'],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

it('the entry for all platforms needs nothing of Node, and answers where there is none', async () => {
  const code = await bundle();
  expect(code.match(/["'](node:[\w/]+|undici|@hono\/node-server)["']/g) ?? []).toEqual([]);
  const globals = Object.fromEntries(WEB_GLOBALS.map((name) => [name, Reflect.get(globalThis, name)]));
  const worker = createContext({ ...globals });
  runInContext('globalThis.self = globalThis', worker);
  runInContext(code, worker);
  const run = async (path: string, token = false): Promise<unknown> =>
    JSON.parse(await worker.run(path, token));
  expect(await run('/healthz')).toEqual([200, { status: 'ok' }]);
  expect(await run('/nowhere')).toMatchObject([404, { error: { code: 'no-such-route' } }]);
  expect(await run('/v1/capabilities', true)).toMatchObject([200, { provider: 'stub' }]);
});
