import { readdirSync, readFileSync } from 'node:fs';
import { inRoot } from '../run/root.mjs';

/** The pages whose code must be right: paths from the root. */
export function pages() {
  const below = (folder) =>
    readdirSync(inRoot(folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${folder}/${name}/README.md`);
  const readable = (path) => {
    try {
      return readFileSync(inRoot(path), 'utf8') !== '';
    } catch {
      return false;
    }
  };
  const inner = [
    'packages/mesibo-host/src/javascript/README.md',
    'packages/mesibo-host/src/file-info/README.md',
  ];
  return ['README.md', ...below('packages'), ...below('examples'), ...inner].filter(readable);
}

/** The fenced blocks of a page: language, text, the line it begins at, and the name in a `<!-- run: name -->` before it. */
export function blocksOf(page) {
  const blocks = [];
  let open = null;
  let name = null;
  for (const [index, line] of readFileSync(inRoot(page), 'utf8').split('\n').entries()) {
    if (open !== null) {
      if (line.trim() === '```') {
        blocks.push({
          page,
          line: open.line,
          language: open.language,
          name: open.name,
          text: open.lines.join('\n'),
        });
        open = null;
      } else open.lines.push(line);
      continue;
    }
    const marked = /^<!-- run: ([\w-]+) -->$/.exec(line)?.[1];
    const fence = /^\s*```(\w*)$/.exec(line);
    if (fence !== null) {
      open = { line: index + 2, language: fence[1], name, lines: [] };
      name = null;
    } else name = marked ?? (line === '' ? name : null);
  }
  return blocks;
}
