import { join } from 'node:path';
import { build } from 'esbuild';

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
    logLevel: 'error',
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
  });
  return { child: join(folder, 'child.mjs'), nodeStore: join(folder, 'node-store.mjs') };
}
