import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inRoot } from './run/root.mjs';

const text: string = readFileSync(inRoot('docs', 'security.md'), 'utf8');

interface NamedTest {
  readonly file: string;
  readonly title: string;
}

/** The tests in the last cell of each line of the tables that say what stops what. */
function namedTests(): readonly NamedTest[] {
  let counts = false;
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith('|')) {
      counts = false;
      return [];
    }
    if (line === '| could | is stopped by | tests |') counts = true;
    if (!counts || line.startsWith('|---') || line.startsWith('| could |')) return [];
    const cell = line.split(' | ').at(-1)?.replace(/ \|$/, '') ?? '';
    return cell.split('<br>').map((each) => {
      const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(each) ?? [];
      return { file, title };
    });
  });
}

it('docs/security.md names tests that are there, on each line', () => {
  const named = namedTests();
  expect(named.length).toBeGreaterThan(30);
  const missing = named.filter(({ file, title }) => {
    if (title === '' || !existsSync(inRoot(file))) return true;
    // A title may hold an apostrophe, and then stands in quotation marks of another kind.
    return !readFileSync(inRoot(file), 'utf8').includes(title);
  });
  expect(missing).toEqual([]);
});
