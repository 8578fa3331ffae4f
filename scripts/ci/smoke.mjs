// What a new user does, on each Node that is supported: installs the packed tarballs in an empty folder, uploads a file,
// downloads it, and compares digests. Needs built packages. `node scripts/ci/smoke.mjs [version of Node …]`
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture } from '../run/child.mjs';
import { pack, TARBALLS, tarballOf } from '../run/pack.mjs';

/** Node 20 goes in January 2027, with the AWS SDK: docs/publishing.md says how. */
const VERSIONS = ['20', '22', '24', '26'];

const INSTALLED = ['handler-core', 'handler-s3', 'local-cloud'];

const PROGRAM = `
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { download, upload, s3Signer } from '@mesibo-files/handler-s3';
import { startLocalCloud } from '@mesibo-files/local-cloud';

const [, , folder] = process.argv;
const cloud = await startLocalCloud();
try {
  const { endpoint, region, accessKeyId, secretAccessKey, bucket } = cloud.s3;
  const signer = s3Signer({ endpoint, region, bucket, credentials: { accessKeyId, secretAccessKey } });
  const bytes = randomBytes(20 * 1024 * 1024 + 7);
  writeFileSync(folder + '/sent', bytes);
  const { url } = await upload({ signer, from: folder + '/sent' });
  await download({ signers: [signer], url, to: folder + '/received' });
  const digest = (of) => createHash('sha256').update(of).digest('hex');
  if (digest(readFileSync(folder + '/received')) !== digest(bytes)) throw new Error('the digests differ');
  console.log('Node ' + process.versions.node + ': ' + bytes.length + ' bytes up and down, the digests are equal');
} finally {
  await cloud.stop();
}
`;

const npm = (args, cwd) =>
  capture('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    shell: process.platform === 'win32',
  });

async function must(what, running) {
  const { code, stdout, stderr } = await running;
  if (code !== 0) throw new Error(`${what} has failed (exit code ${code}):\n${stdout}${stderr}`);
  return stdout;
}

async function smoke(versions) {
  if ((await pack(['--built'])) !== 0) return 1;
  const folder = mkdtempSync(join(tmpdir(), 'smoke-'));
  try {
    const app = join(folder, 'app');
    mkdirSync(app);
    writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }');
    writeFileSync(join(app, 'smoke.mjs'), PROGRAM);
    const tarballs = INSTALLED.map((name) => join(TARBALLS, tarballOf(name)));
    await must('installing the tarballs', npm(['install', ...tarballs], app));
    for (const version of versions) {
      const own = join(folder, `node-${version}`);
      mkdirSync(own);
      await must(`installing Node ${version}`, npm(['install', '--prefix', own, `node@${version}`], own));
      const node = join(
        own,
        'node_modules',
        'node',
        'bin',
        process.platform === 'win32' ? 'node.exe' : 'node',
      );
      const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', MESIBO_FILES_STATE: 'off' };
      process.stdout.write(
        await must(`Node ${version}`, capture(node, ['smoke.mjs', own], { cwd: app, env })),
      );
    }
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [, , ...given] = process.argv;
process.exitCode = await smoke(given.length > 0 ? given : VERSIONS);
