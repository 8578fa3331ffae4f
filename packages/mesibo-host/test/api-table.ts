import { readFileSync } from 'node:fs';

/** One row of `docs/mesibo-api.md`. */
export interface ApiRow {
  /** Line of the file, from 1. */
  readonly line: number;
  /** mesibo's names. */
  readonly names: readonly string[];
  /** Since when, or where, mesibo has it. */
  readonly since: string;
  /** `Class.member`, a constant, or a function; null: not ours. */
  readonly symbol: string | null;
  /** Of a constant. */
  readonly value: number | null;
  /** Why it is not ours. */
  readonly reason: string;
  /** Path under `packages/`. */
  readonly testFile: string;
  readonly testTitle: string;
}

export const ROOT: URL = new URL('../../../', import.meta.url);

/** Reads a file of the workspace. @throws where there is none */
export function textOf(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** The rows of all tables. @throws where a row is not as rows are */
export function readTable(markdown: string): ApiRow[] {
  const rows: ApiRow[] = [];
  for (const [at, text] of markdown.split('\n').entries()) {
    if (!text.startsWith('| `')) continue;
    const cells = text.split('|').map((cell) => cell.trim());
    const [, names = '', since = '', code = '', test = '', end] = cells;
    if (cells.length !== 6 || end !== '' || since === '') throw new Error(`line ${at + 1}: not four cells`);
    rows.push({ line: at + 1, names: quoted(names), since, ...codeOf(code, at + 1), ...testOf(test) });
  }
  return rows;
}

function codeOf(cell: string, line: number): Pick<ApiRow, 'symbol' | 'value' | 'reason'> {
  const reason = /^not ours: (.+)$/.exec(cell)?.[1];
  if (reason !== undefined) return { symbol: null, value: null, reason };
  const found = /^`([\w.]+)`(?: = (-?\d+))?(?:, .+)?$/.exec(cell);
  if (found?.[1] === undefined) throw new Error(`line ${line}: neither a symbol nor "not ours: …": ${cell}`);
  return { symbol: found[1], value: found[2] === undefined ? null : Number(found[2]), reason: '' };
}

function testOf(cell: string): Pick<ApiRow, 'testFile' | 'testTitle'> {
  const [testFile = '', ...title] = cell.split(' > ');
  return { testFile, testTitle: title.join(' > ') };
}

function quoted(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}
