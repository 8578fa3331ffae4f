import { existsSync, rmSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Bundles a program with all that it imports into a folder, and answers the path of its main file. A process starts with
 * it in a fifth of the time that it needs to load hundreds of modules. The program finds its package.json where it was:
 * one folder above.
 */
export async function bundleProgram(program: URL, folder: string): Promise<string> {
  const main = fileURLToPath(program);
  const outdir = join(folder, 'program', 'src');
  await mkdir(outdir, { recursive: true });
  await copyFile(packageOf(main), join(folder, 'program', 'package.json'));
  // Loaded here: the rest of the suite does without it.
  const { build } = await import('esbuild');
  await build({
    entryPoints: [main],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What the program imports later is loaded later.
    splitting: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    loader: { '.node': 'copy' },
    // Former CommonJS modules ask for Node's modules in their own way.
    banner: {
      js: "import { createRequire as requireOfProgram } from 'node:module';const require = requireOfProgram(import.meta.url);",
    },
    logLevel: 'error',
  });
  return join(outdir, `${basename(main, extname(main))}.mjs`);
}

function packageOf(path: string): string {
  const folder = dirname(path);
  if (folder === path) throw new Error('The program is in no package.');
  const found = join(folder, 'package.json');
  return existsSync(found) ? found : packageOf(folder);
}

const bundled = new Map<string, Promise<string>>();

/**
 * The program's main file, bundled once for each process. It lies in the folder that `TEST_PROGRAMS` names, whose maker
 * removes it; without that, in one that goes when this process exits.
 */
export function bundledProgram(program: URL): Promise<string> {
  const found = bundled.get(program.href) ?? bundleAnywhere(program);
  bundled.set(program.href, found);
  return found;
}

async function bundleAnywhere(program: URL): Promise<string> {
  const parent = process.env.TEST_PROGRAMS;
  const folder = await mkdtemp(join(parent ?? tmpdir(), 'program-'));
  if (parent === undefined) process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return bundleProgram(program, folder);
}
