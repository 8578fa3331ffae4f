import { expect, it } from 'vitest';
import { interfaceMembers, symbols } from './api-code.ts';
import { type ApiRow, readTable, textOf } from './api-table.ts';
import { declarations, testNamed, withHelpers } from './named-test.ts';
import { OWN_MEMBERS } from './own-members.ts';

const rows = readTable(textOf('docs/mesibo-api.md'));
const ours = rows.filter(({ symbol }) => symbol !== null);
const code = symbols();

/** The lines at fault, so that a failure says where to look. */
const at = (wrong: readonly ApiRow[]): string[] =>
  wrong.map(({ line, names, symbol }) => `line ${line}: ${names.join(', ')} (${symbol})`);

it('everything that the table names is in the code', () => {
  expect(at(ours.filter(({ symbol }) => !code.has(symbol ?? '')))).toEqual([]);
});

it('everything public in the code has a row, or is known to be our own', () => {
  const named = new Set(ours.map(({ symbol }) => symbol));
  expect([...code.keys()].filter((symbol) => !named.has(symbol) && !OWN_MEMBERS.includes(symbol))).toEqual(
    [],
  );
  expect(code.size).toBeGreaterThan(250);
});

it('what is our own is in the code, and has no row', () => {
  expect(OWN_MEMBERS.filter((symbol) => !code.has(symbol))).toEqual([]);
  const invented = ours.filter(
    ({ since, symbol }) => /\bours\b/.test(since) || OWN_MEMBERS.includes(symbol ?? ''),
  );
  expect(at(invented)).toEqual([]);
});

it('every constant has the number that the table says', () => {
  expect(at(ours.filter(({ symbol, value }) => code.get(symbol ?? '') !== value))).toEqual([]);
});

it('every test that the table names speaks of the member itself, or by a helper that it names', () => {
  expect(at(ours.filter((row) => !isTested(row)))).toEqual([]);
});

it('what is not ours has a reason', () => {
  const without = rows.filter(({ symbol, reason }) => symbol === null && reason.length < 20);
  expect(at(without)).toEqual([]);
});

it('no name of mesibo’s has two rows that say the same', () => {
  const keys = ours.map(({ names, symbol }) => `${names.join()} ${symbol}`);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

it('the members of an interface are found, and of nothing else', () => {
  const source =
    'export interface Other {\n  no: 1;\n}\nexport interface One<T = 1> {\n  /** a: b */\n' +
    '  readonly a?: {\n    no: 1;\n  };\n  b?(c: 1): void;\n}\n';
  expect([interfaceMembers(source, 'One'), interfaceMembers(source, 'None')]).toEqual([['a', 'b'], []]);
});

/** Set up every test of a package, so that they show nothing by themselves. */
const SETS_UP: readonly string[] = [
  'createWorld',
  'createOldWorld',
  'createModel',
  'createCloud',
  'uploadServer',
];

function isTested({ testFile, testTitle, symbol }: ApiRow): boolean {
  const path = `packages/${testFile}`;
  if (!/\.test\.ts$/.test(path) || testTitle === '') return false;
  const source = textOf(path);
  const body = testNamed(source, testTitle);
  if (body === null) return false;
  // Constants are compared right here.
  if (code.get(symbol ?? '') !== null) return true;
  const member = symbol?.split('.').at(-1) ?? '';
  const helpers = new Map([source, ...helpersOf(path, source)].flatMap((each) => [...declarations(each)]));
  for (const name of SETS_UP) helpers.delete(name);
  return new RegExp(`\\b${member}\\b`).test(withHelpers(body, helpers));
}

/** The texts of the test helpers that a test imports. */
function helpersOf(path: string, source: string): string[] {
  const imports = [...source.matchAll(/from '(\.[^']*)'/g)].map(([, from = '']) => from);
  const helpers = imports.filter((from) => /\/test\/|^\.\//.test(from) && !from.includes('/src/'));
  return helpers.map((from) => textOf(new URL(from, `file:///${path}`).pathname.slice(1)));
}
