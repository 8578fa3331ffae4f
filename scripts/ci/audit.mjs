// Asks the registry for advisories about what the packages bring with them. A high or critical one is a failure; a
// registry that can't be asked is none, and is told: nothing was audited then.
import { readFile } from 'node:fs/promises';
import { capture } from '../run/child.mjs';
import { inRoot, root } from '../run/root.mjs';

const { packageManager } = JSON.parse(await readFile(inRoot('package.json'), 'utf8'));
const { stdout, stderr } = await capture('npx', ['--yes', packageManager, 'audit', '--prod', '--json'], {
  cwd: root,
});
const report = parse(stdout);
const counts = report?.metadata?.vulnerabilities;

if (counts === undefined) {
  console.error(
    `NOT AUDITED: the registry gives no advisories here. ${report?.error?.message ?? stderr.slice(0, 500)}`,
  );
} else {
  for (const { module_name, severity, title, url } of Object.values(report.advisories ?? {})) {
    console.error(`${severity}: ${module_name}: ${title} (${url})`);
  }
  const bad = (counts.high ?? 0) + (counts.critical ?? 0);
  console.error(`Audited: ${JSON.stringify(counts)}`);
  process.exitCode = bad === 0 ? 0 : 1;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
