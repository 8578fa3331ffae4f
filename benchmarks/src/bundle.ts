import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** Where the JavaScript of the child processes is. */
export interface Bundle {
  readonly child: string;
  readonly nodeStore: string;
}

/**
 * Turns the child processes' TypeScript into plain JavaScript: a loader inside of them would count into their memory.
 * All subjects are treated alike, each in a chunk of its own.
 */
export async function bundle(folder: string): Promise<Bundle> {
  const here = import.meta.dirname;
  await build({
    entryPoints: [join(here, 'child.ts'), join(here, 'store/node-store.ts')],
    entryNames: '[name]',
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['source'],
    plugins: [nativeModule],
    logLevel: 'error',
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
  });
  return { child: join(folder, 'child.mjs'), nodeStore: join(folder, 'node-store.mjs') };
}

/** A native module can't be bundled: it is loaded from where it is installed, as it is without a bundler. */
const nativeModule: Plugin = {
  name: 'native module',
  setup(context) {
    context.onResolve({ filter: /^@node-rs\/crc32$/ }, ({ importer, path }) => ({
      path: createRequire(importer).resolve(path),
      external: true,
    }));
  },
};
