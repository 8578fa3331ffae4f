import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ADMISSION, DEFAULT_TRANSFER_LIMITS } from '../packages/handler-core/src/index.ts';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const sourcesOf = (folder: string): string[] =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );

/** Names in backticks that end in `.ts`. */
const filesIn = (text: string): string[] =>
  text.split('`').filter((part, index) => index % 2 === 1 && part.endsWith('.ts') && !part.includes(' '));

describe('CONTRIBUTING.md', () => {
  it('names files that exist in the path of one upload', () => {
    const [, section = ''] = read('CONTRIBUTING.md').split('## The path of one upload');
    const table = section.split('## ')[0] ?? '';
    const core = sourcesOf('packages/handler-core/src').map((path) => path.replaceAll('\\', '/'));
    const provider = sourcesOf('packages/handler-s3/src').map((path) => basename(path));
    const named = filesIn(table);
    expect(named.length).toBeGreaterThan(10);
    const unknown = named.filter(
      (name) => !core.some((path) => path.endsWith(name)) && !provider.includes(basename(name)),
    );
    expect(unknown).toEqual([]);
  });
});

describe("handler-core's README", () => {
  it('has a row for each setting, and for no other', () => {
    const rows = read('packages/handler-core/README.md')
      .split('\n')
      .flatMap((line) => (/^\| `((?:limits|admission)\.\w+)` \|/.exec(line)?.[1] ?? []) as string | []);
    const limits = Object.keys(DEFAULT_TRANSFER_LIMITS).map((name) => `limits.${name}`);
    const admission = Object.keys(DEFAULT_ADMISSION).map((name) => `admission.${name}`);
    expect([...rows].sort()).toEqual([...limits, ...admission].sort());
  });
});

describe('docs/adding-a-provider.md', () => {
  it("names functions that core's provider entry has", () => {
    const [, section = ''] = read('docs/adding-a-provider.md').split('## 4. ');
    const rooms = (section.split('Import the SDK')[0] ?? '')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const functions = rooms.slice(0, -1).flatMap((line) => {
      const [, , , last = ''] = line.split('|');
      return last.split('`').filter((part, index) => index % 2 === 1 && /^\w+$/.test(part));
    });
    expect(functions.length).toBeGreaterThan(25);
    const entry = read('packages/handler-core/src/provider/index.ts');
    expect(functions.filter((name) => !new RegExp(`\\b${name}\\b`).test(entry))).toEqual([]);
  });
});
