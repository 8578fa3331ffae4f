// The public surface of every published package, as its built declarations say it: docs/api/<package>.md. Fails when a
// package and its report differ, so that no name changes unseen. `node scripts/ci/api.mjs --write` writes the reports.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { inRoot } from '../run/root.mjs';

const parsed = new Map();

/** A file's declarations by local name, and where its imports and exports come from. */
function read(path) {
  const known = parsed.get(path);
  if (known !== undefined) return known;
  const text = readFileSync(path, 'utf8');
  const { program, comments } = parseSync(path, text);
  const file = { declarations: new Map(), imports: new Map(), exports: new Map() };
  for (const node of program.body) {
    if (node.type === 'ImportDeclaration') {
      for (const each of node.specifiers)
        file.imports.set(each.local.name, { from: node.source.value, name: each.imported?.name ?? null });
    } else if (node.type === 'ExportNamedDeclaration' && node.declaration === null) {
      for (const { exported, local } of node.specifiers)
        file.exports.set(exported.name, { from: node.source?.value ?? null, name: local.name });
    } else {
      const declaration = node.declaration ?? node;
      const bare = textOf(text, comments, declaration);
      for (const name of namesOf(declaration)) {
        file.declarations.set(name, { text: bare, mentions: mentionsOf(declaration) });
        if (node.type === 'ExportNamedDeclaration') file.exports.set(name, { from: null, name });
      }
    }
  }
  parsed.set(path, file);
  return file;
}

function namesOf(declaration) {
  if (declaration.type === 'VariableDeclaration') return declaration.declarations.map(({ id }) => id.name);
  return declaration.id ? [declaration.id.name] : [];
}

/** A declaration without its comments and without what is private in a class. */
function textOf(text, comments, { start, end }) {
  let bare = '';
  let at = start;
  for (const comment of comments.filter((each) => each.start >= start && each.end <= end)) {
    bare += text.slice(at, comment.start);
    at = comment.end;
  }
  bare += text.slice(at, end);
  return bare
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s*(?:private |#private;)/.test(line))
    .join('\n');
}

function mentionsOf(node, found = new Set()) {
  if (Array.isArray(node)) for (const each of node) mentionsOf(each, found);
  else if (node !== null && typeof node === 'object') {
    if (node.type === 'Identifier') found.add(node.name);
    for (const each of Object.values(node)) mentionsOf(each, found);
  }
  return found;
}

/** Where a name is declared: its file and its name there; a package's name where that is not in this package. */
function declared(path, name) {
  const file = read(path);
  if (file.declarations.has(name)) return { path, name };
  const source = file.exports.get(name)?.from ? file.exports.get(name) : file.imports.get(name);
  if (source === undefined) return null;
  if (!source.from.startsWith('.')) return null;
  const target = join(dirname(path), source.from.replace(/\.(?:js|ts)$/, '.d.ts'));
  const there = read(target).exports.get(source.name);
  return declared(target, there?.from === null ? there.name : source.name);
}

/**
 * The exported names of an entry, each with its declaration; then what those are made of and is not exported itself.
 * `printed`: what the report of an earlier entry has, so that nothing is repeated.
 */
function reportOf(entry, printed) {
  const names = [...read(entry).exports.keys()].sort();
  const shown = new Map();
  const show = (path, name) => {
    const place = declared(path, name);
    const key = place && `${place.path} ${place.name}`;
    if (place === null || shown.has(key)) return key;
    const { text, mentions } = read(place.path).declarations.get(place.name);
    shown.set(key, { name: place.name, text });
    for (const each of [...mentions].sort()) show(place.path, each);
    return key;
  };
  const keys = new Set(names.map((name) => show(entry, name)));
  const foreign = names.filter((name) => declared(entry, name) === null);
  const text = (exported) =>
    [...shown]
      .filter(([key]) => keys.has(key) === exported && !printed.has(key))
      .sort(([, left], [, right]) => (left.name < right.name ? -1 : 1))
      .map(([, each]) => each.text)
      .join('\n');
  const block = (code) => `\n\`\`\`ts\n${code}\n\`\`\`\n`;
  const outside = text(true);
  const inside = text(false);
  for (const key of shown.keys()) printed.add(key);
  return [
    `${names.length} names: ${names.join(', ')}.\n`,
    ...(foreign.length === 0 ? [] : [`\nFrom other packages: ${foreign.join(', ')}.\n`]),
    ...(outside === '' ? [] : [block(outside)]),
    ...(inside === '' ? [] : ['\nWhat these mention, and this entry does not export:\n', block(inside)]),
  ].join('');
}

const write = process.argv.includes('--write');
const wrong = [];
for (const folder of readdirSync(inRoot('packages')).sort()) {
  const path = inRoot('packages', folder, 'package.json');
  if (!existsSync(path)) continue;
  const { name, private: unpublished = false, exports = {} } = JSON.parse(readFileSync(path, 'utf8'));
  const entries = Object.entries(exports).filter(([, { types }]) => types !== undefined);
  if (unpublished || entries.length === 0) continue;
  const printed = new Set();
  const sections = entries.map(([key, { types }]) => {
    const title = key === '.' ? name : `${name}${key.slice(1)}`;
    return `## ${title}\n\n${reportOf(inRoot('packages', folder, types), printed)}`;
  });
  const report = `# Public surface of ${name}\n\nMade by \`npm run api\`; the gate compares it.\n\n${sections.join('\n')}`;
  const file = inRoot('docs', 'api', `${folder}.md`);
  if (write) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, report);
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== report) wrong.push(`docs/api/${folder}.md`);
}
if (wrong.length > 0) {
  console.error(
    `The public surface has changed: ${wrong.join(', ')}. Run "npm run build" and "npm run api", and look at the difference.`,
  );
  process.exitCode = 1;
}
