#!/usr/bin/env node
// Draws the packages and who depends on whom, from their package.json. With --write it renews the picture in
// CONTRIBUTING.md; a test fails while that is old.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const root = new URL('../../', import.meta.url);
const page = new URL('CONTRIBUTING.md', root);
const SCOPE = '@mesibo-files/';
const [BEGIN, END] = ['<!-- packages: drawn by scripts/ci/package-picture.mjs -->', '<!-- /packages -->'];

/** The picture as a mermaid block. An edge that a longer way implies is left out, so core has few lines. */
export function packagePicture() {
  const folders = readdirSync(new URL('packages/', root), { withFileTypes: true }).filter((each) =>
    each.isDirectory(),
  );
  const uses = new Map(folders.map(({ name }) => [name, dependenciesOf(name)]).sort());
  const lines = [...uses].flatMap(([name, direct]) => {
    const implied = new Set([...direct].flatMap((each) => [...reach(uses, each)]));
    const drawn = direct.filter((each) => !implied.has(each));
    return drawn.length === 0 ? [`  ${name}`] : drawn.map((each) => `  ${name} --> ${each}`);
  });
  return ['```mermaid', 'graph TD', ...lines, '```'].join('\n');
}

/** The text of CONTRIBUTING.md with this picture in it. */
export function withPicture(text, picture) {
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`CONTRIBUTING.md lacks "${BEGIN}" or "${END}".`);
  return `${before}${BEGIN}\n${picture}\n${END}${after}`;
}

function dependenciesOf(name) {
  let text;
  try {
    text = readFileSync(new URL(`packages/${name}/package.json`, root), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return Object.keys(JSON.parse(text).dependencies ?? {})
    .filter((each) => each.startsWith(SCOPE))
    .map((each) => each.slice(SCOPE.length))
    .sort();
}

function reach(uses, name) {
  const direct = uses.get(name) ?? [];
  return new Set([...direct, ...direct.flatMap((each) => [...reach(uses, each)])]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const picture = packagePicture();
  if (process.argv.includes('--write')) writeFileSync(page, withPicture(readFileSync(page, 'utf8'), picture));
  else console.log(picture);
}
