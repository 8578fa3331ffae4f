import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const TEMPLATE = fileURLToPath(new URL('./template', import.meta.url));

/** The end of every template's name: so no tool takes one for source of the repository. */
const END = '.template';

/**
 * Makes the package handler-NAME in a folder.
 *
 * @param {string} name - lower-case letters, digits and single hyphens, beginning with a letter
 * @param {string} packages - the folder of packages
 * @returns {string} the package's folder
 * @throws {Error} when the name is wrong, or the package is there
 */
export function makeProvider(name, packages) {
  if (!isName(name)) {
    throw new Error(
      'The name must be 1 to 30 lower-case letters, digits and single hyphens, as in "b2" or "my-store".',
    );
  }
  const folder = join(packages, `handler-${name}`);
  if (existsSync(folder)) throw new Error(`handler-${name} exists already. Nothing was changed.`);
  const words = name.split('-').map((word) => word[0].toUpperCase() + word.slice(1));
  const Name = words.join('');
  const values = {
    name,
    Name,
    NAME: name.replaceAll('-', '_').toUpperCase(),
    camel: Name[0].toLowerCase() + Name.slice(1),
  };
  for (const path of readdirSync(TEMPLATE, { recursive: true })) {
    if (!path.endsWith(END)) continue;
    const target = join(folder, path.slice(0, -END.length).split(sep).join('/'));
    mkdirSync(dirname(target), { recursive: true });
    let text = readFileSync(join(TEMPLATE, path), 'utf8');
    for (const [key, value] of Object.entries(values)) text = text.replaceAll(`{{${key}}}`, value);
    writeFileSync(target, text, { flag: 'wx' });
  }
  return folder;
}

function isName(name) {
  return (
    name.length <= 30 &&
    name.split('-').every((word, at) => (at === 0 ? /^[a-z][a-z0-9]*$/ : /^[a-z0-9]+$/).test(word))
  );
}
