// Writes what the packages bring with them, as a CycloneDX bill of materials: node scripts/ci/sbom.mjs FILE
import { readFile, writeFile } from 'node:fs/promises';
import { capture } from '../run/child.mjs';
import { inRoot, root } from '../run/root.mjs';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: sbom.mjs FILE');

const { packageManager, name } = JSON.parse(await readFile(inRoot('package.json'), 'utf8'));
const listed = await capture(
  'npx',
  ['--yes', packageManager, '--filter', './packages/*', 'licenses', 'list', '--prod', '--json'],
  {
    cwd: root,
  },
);
if (listed.code !== 0) throw new Error(`The packages can not be listed.\n${listed.stderr}`);

const components = Object.values(JSON.parse(listed.stdout))
  .flat()
  .flatMap((each) => each.versions.map((version) => ({ ...each, version })))
  .map(({ name, version, license, homepage }) => ({
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(license === 'Unknown' ? {} : { licenses: [{ license: { name: license } }] }),
    ...(homepage ? { externalReferences: [{ type: 'website', url: homepage }] } : {}),
  }))
  .sort((one, other) => one.purl.localeCompare(other.purl));

const bill = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: { component: { type: 'application', name } },
  components,
};
await writeFile(file, `${JSON.stringify(bill, null, 2)}\n`);
console.error(`${components.length} packages in the bill of materials: ${file}`);
