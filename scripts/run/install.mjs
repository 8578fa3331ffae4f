import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { capture } from './child.mjs';
import { holdingLock } from './lock.mjs';
import { inRoot, root } from './root.mjs';

const LOCK_FILE = inRoot('pnpm-lock.yaml');
/** pnpm writes it when an install has ended. */
const PNPM_STATE = inRoot('node_modules/.modules.yaml');
/** Ours: the lock file that was installed, since unpacking an archive or switching branches sets any time. */
const STAMP = inRoot('node_modules/.installed-lock-file');

/** No questions; and its errors, also under `npm run --silent`, which would make pnpm silent, too. */
const INSTALL_ENV = { CI: 'true', npm_config_loglevel: 'warn' };

/** Makes sure that the dependencies are there; false, with pnpm's own words on stderr, when they can't be. */
export async function installIfNeeded() {
  if (isInstalled()) return true;
  mkdirSync(inRoot('node_modules'), { recursive: true });
  return holdingLock(inRoot('node_modules/.installing'), async () => {
    if (isInstalled()) return true;
    const why = timeOf(PNPM_STATE) === 0 ? 'first run' : 'the lock file has changed';
    console.error(`Installing dependencies (${why})…`);
    rmSync(STAMP, { force: true });
    const [file, args, shell] = await pnpm([
      'install',
      '--frozen-lockfile',
      '--config.confirmModulesPurge=false',
    ]);
    const { code, stdout, stderr } = await capture(file, args, { cwd: root, env: INSTALL_ENV, shell });
    if (code !== 0) {
      console.error(`${stdout}${stderr}\nInstalling the dependencies has failed (exit code ${code}).`);
      return false;
    }
    writeFileSync(STAMP, lockFileHash());
    return true;
  });
}

function isInstalled() {
  const installedAt = timeOf(PNPM_STATE);
  if (installedAt === 0) return false;
  try {
    if (readFileSync(STAMP, 'utf8') === lockFileHash()) return true;
  } catch {
    // Installed by hand, or not to the end.
  }
  return installedAt >= timeOf(LOCK_FILE);
}

function lockFileHash() {
  return createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex');
}

function timeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** How to call the pnpm that package.json names: the one on the PATH if it is that, else npm fetches it. */
export async function pnpm(args, env = process.env) {
  const { packageManager } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const [wanted] = packageManager.split('+');
  const onWindows = process.platform === 'win32';
  const there = await capture('pnpm', ['--version'], { cwd: root, shell: onWindows });
  if (there.code === 0 && `pnpm@${there.stdout.trim()}` === wanted) return ['pnpm', args, onWindows];
  const npm = env.npm_execpath ?? '';
  if (basename(npm) === 'npm-cli.js')
    return [process.execPath, [npm, 'exec', '--yes', '--', wanted, ...args], false];
  return ['npx', ['--yes', wanted, ...args], onWindows];
}
