import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from './child.mjs';
import { pnpm } from './install.mjs';
import { inRoot, root } from './root.mjs';

/** Where `npm run pack` puts the packages. */
export const TARBALLS = inRoot('tarballs');

/** `@mesibo-files/handler-s3` is `handler-s3.tgz`: a name that the next release does not change. */
export const tarballOf = (name) => `${name.replace('@mesibo-files/', '')}.tgz`;

/** The package.json of each published package. */
export function publishedPackages() {
  return readdirSync(inRoot('packages'))
    .map((folder) => ({
      folder,
      ...JSON.parse(readFileSync(inRoot('packages', folder, 'package.json'), 'utf8')),
    }))
    .filter((each) => each.private !== true);
}

/** Builds every published package and packs it, as `pnpm publish` would, into `tarballs/`. Answers the exit code. */
export async function pack([already]) {
  if (already !== '--built' && (await quietly(['run', 'build'], root)) !== 0) return 1;
  rmSync(TARBALLS, { recursive: true, force: true });
  mkdirSync(TARBALLS);
  const packages = publishedPackages();
  const codes = await Promise.all(
    packages.map(({ folder }) =>
      quietly(['pack', '--pack-destination', TARBALLS], inRoot('packages', folder)),
    ),
  );
  if (codes.some((code) => code !== 0)) return 1;
  for (const { name, version } of packages) {
    const packed = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
    renameSync(join(TARBALLS, packed), join(TARBALLS, tarballOf(name)));
    console.log(`tarballs/${tarballOf(name)}`);
  }
  return 0;
}

/** Runs pnpm, and shows what it printed only when it failed. */
async function quietly(words, cwd) {
  const [file, args, shell] = await pnpm(words);
  const { code, stdout, stderr } = await capture(file, args, { cwd, shell });
  if (code !== 0) console.error(`${stdout}${stderr}`);
  return code;
}
