/**
 * The text of the test with this title, as the formatter lays it out: from its title to the line that closes it. Null: there
 * is none.
 */
export function testNamed(source: string, title: string): string | null {
  const lines = source.split('\n');
  const quoted = ["'", '"', '`'].map((quote) => quote + title + quote);
  const first = lines.findIndex((line) =>
    quoted.some((each) => line.trimStart().startsWith(`${each},`) || line.includes(`(${each}, `)),
  );
  return first < 0 ? null : `${casesBefore(lines, first)}\n${blockAt(lines, first)}`;
}

/** The table of an `it.each` that ends right before a title; empty where there is none. */
function casesBefore(lines: readonly string[], first: number): string {
  const opening = lines[first]?.trimStart().startsWith(']') ? first : first - 1;
  const line = lines[opening] ?? '';
  if (!line.trimStart().startsWith(']')) return '';
  const before = lines.slice(0, opening);
  const start = before.findLastIndex((each) => indentOf(each) === indentOf(line) && each.includes('.each('));
  return before.slice(Math.max(0, start)).join('\n');
}

/** From a line to the one that closes what it opens. */
function blockAt(lines: readonly string[], first: number): string {
  const indent = indentOf(lines[first] ?? '');
  const rest = lines.slice(first + 1);
  const length = rest.findIndex((line) => {
    if (line.trim() === '') return false;
    return indentOf(line) < indent || (indentOf(line) === indent && /^[}\])]/.test(line.trim()));
  });
  return lines.slice(first, length < 0 ? lines.length : first + length + 2).join('\n');
}

/** A line's own depth. */
function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Functions, classes and constants of a file, by name: those that a test may leave its work to. */
export function declarations(source: string): ReadonlyMap<string, string> {
  const lines = source.split('\n');
  const found = new Map<string, string>();
  for (const [at, line] of lines.entries()) {
    const name = /^\s{0,4}(?:export )?(?:async )?(?:function|const|class) (\w+)/.exec(line)?.[1];
    if (name === undefined) continue;
    // What ends on its own line opens nothing.
    found.set(name, line.endsWith(';') ? line : blockAt(lines, at));
  }
  return found;
}

/**
 * What a test does: its own text, with that of the helpers that it names, and of those that they name.
 * @param known - helpers by name
 */
export function withHelpers(text: string, known: ReadonlyMap<string, string>): string {
  const taken = new Set<string>();
  let all = text;
  for (let more = text; more !== ''; ) {
    const names = [...known.keys()].filter(
      (name) => !taken.has(name) && new RegExp(`\\b${name}\\b`).test(more),
    );
    for (const name of names) taken.add(name);
    more = names.map((name) => known.get(name)).join('\n');
    all += `\n${more}`;
  }
  return all;
}
