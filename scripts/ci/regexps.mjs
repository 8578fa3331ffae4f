// Finds regular expressions that a text can make slow: every literal in the packages' sources is proved linear, or is an
// error. Patterns that are put together at run time can't be proved, so there are none.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseSync } from 'oxc-parser';
import { inRoot, root } from '../run/root.mjs';

// The analysis in this process: no Java, no binary, no network.
process.env.RECHECK_BACKEND ??= 'pure';
const { check } = await import('recheck');

/** Milliseconds for one expression; what can't be proved in that time is not linear enough. */
const PATIENCE = 20_000;

const literals = new Map();
const mistakes = [];

for (const path of await sources(inRoot('packages'))) {
  const file = relative(root, path);
  const text = await readFile(path, 'utf8');
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) mistakes.push(`${file}: can not be parsed`);
  walk(program, (node) => {
    const line = text.slice(0, node.start).split('\n').length;
    if (node.type === 'Literal' && node.regex) {
      const { pattern, flags } = node.regex;
      const key = `/${pattern}/${flags}`;
      literals.set(key, {
        pattern,
        flags,
        places: [...(literals.get(key)?.places ?? []), `${file}:${line}`],
      });
    }
    const callee = node.type === 'NewExpression' || node.type === 'CallExpression' ? node.callee : null;
    if (callee?.type === 'Identifier' && callee.name === 'RegExp') {
      mistakes.push(`${file}:${line}: an expression put together at run time can not be proved linear`);
    }
  });
}

for (const [key, { pattern, flags, places }] of literals) {
  const { status, complexity } = await check(pattern, flags, { timeout: PATIENCE });
  if (status === 'safe') continue;
  const how = status === 'unknown' ? 'not proved linear' : complexity.summary;
  mistakes.push(`${places.join(', ')}: ${key} is ${how}`);
}

for (const mistake of mistakes) console.error(mistake);
console.error(`${literals.size} regular expressions, ${mistakes.length} that must be written otherwise.`);
process.exitCode = mistakes.length === 0 ? 0 : 1;

async function sources(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => /^packages\/[^/]+\/src\//.test(relative(root, path)))
    .sort();
}

function walk(node, visit) {
  if (Array.isArray(node)) for (const each of node) walk(each, visit);
  else if (node !== null && typeof node === 'object') {
    if (typeof node.type === 'string') visit(node);
    for (const value of Object.values(node)) walk(value, visit);
  }
}
