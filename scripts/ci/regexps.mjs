// Finds regular expressions that a text can make slow: every literal in the packages' sources is proved linear, or
// attacked in vain where a proof takes too long, or is an error. Patterns that are put together at run time can't be
// proved, so there are none.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { runInNewContext } from 'node:vm';
import { parseSync } from 'oxc-parser';
import { inRoot, root } from '../run/root.mjs';

// The analysis in this process: no Java, no binary, no network.
process.env.RECHECK_BACKEND ??= 'pure';
const { check } = await import('recheck');

/** Milliseconds for a proof, which is there at once for nearly all; beyond it the expression is attacked instead. */
const PROOF = 8_000;
/** Milliseconds for an attack, by a search that is the same each time. */
const ATTACK = 30_000;
/** Characters of an attack that is tried, and milliseconds in which a linear expression has read them. */
const LONG = 300_000;
const QUICK = 3_000;

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
  const proof = await check(pattern, flags, { checker: 'automaton', timeout: PROOF });
  if (proof.status === 'safe') continue;
  // Long bounded repeats are too many states for a proof.
  const found =
    proof.status === 'unknown'
      ? await check(pattern, flags, { checker: 'fuzz', timeout: ATTACK, randomSeed: 1 })
      : proof;
  if (found.status === 'safe') continue;
  // A search takes large constants for growth: what it found is tried.
  if (proof.status === 'unknown' && found.status === 'vulnerable' && withstands(pattern, flags, found.attack))
    continue;
  const { status, complexity } = found;
  const how = status === 'unknown' ? 'not found out in time' : complexity.summary;
  mistakes.push(`${places.join(', ')}: ${key} is ${how}`);
}

for (const mistake of mistakes) console.error(mistake);
console.error(`${literals.size} regular expressions, ${mistakes.length} that must be written otherwise.`);
process.exitCode = mistakes.length === 0 ? 0 : 1;

/** Whether a text of this attack, long enough to take half a minute if it works, is read in no time. */
function withstands(pattern, flags, { pumps, suffix, base }) {
  const once = pumps.map(({ pump }) => pump).join('').length;
  const times = Math.max(base, Math.ceil(LONG / Math.max(1, once)));
  const text = pumps.map(({ prefix, pump }) => prefix + pump.repeat(times)).join('') + suffix;
  try {
    runInNewContext('new RegExp(pattern, flags).test(text)', { pattern, flags, text }, { timeout: QUICK });
    return true;
  } catch (error) {
    if (error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  }
}

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
