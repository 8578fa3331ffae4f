import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { runAsProcess } from './run-as-process.ts';

/** A demo that sends its own two files. */
export interface DemoRun {
  /** URL of the example's main file. */
  readonly main: URL;
  readonly env?: NodeJS.ProcessEnv;
  /** What the URL in each message matches. */
  readonly url: RegExp;
}

/** Runs it as a person does; the test fails unless both files arrived as sent, and nothing is left. Answers what it printed. */
export async function expectBothFiles({ main, env = {}, url }: DemoRun): Promise<string> {
  const temp = mkdtempSync(join(tmpdir(), 'demo-test-'));
  onTestFinished(() => rmSync(temp, { recursive: true }));
  const { code, stdout, stderr, left } = await runAsProcess({ main, args: ['--size', '20'], env, temp });
  expect({ code, stderr: withoutWarnings(stderr) }).toEqual({ code: 0, stderr: '' });
  const sent = linesAfter(stdout, 'SHA-256 of what was sent');
  expect(sent).toHaveLength(2);
  for (const digest of sent) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(linesAfter(stdout, 'SHA-256 of what arrived: the same')).toEqual(sent);
  const urls = linesAfter(stdout, 'URL in the message');
  expect(urls).toHaveLength(2);
  for (const each of urls) {
    expect(each).toMatch(url);
    expect(each).toContain('/mesibo/');
    expect(['picture.png', '20-mib.bin']).toContain(each.split('/').at(-1));
  }
  expect(left).toEqual([]);
  return stdout;
}

/** The lines below a heading of the report, without the table's frame. */
export function linesAfter(stdout: string, heading: string): string[] {
  const lines = stdout.split('\n').map((line) => line.replace(/[│]/g, '').trim());
  return lines.flatMap((line, index) => (line.startsWith(heading) ? [lines[index + 1] ?? ''] : []));
}

/** Without what the SDK says of Node versions that it will drop: its lines go from its name to Node's own advice. */
function withoutWarnings(stderr: string): string {
  const lines = stderr.split('\n');
  const first = lines.findIndex((line) => line.includes('Warning: NodeVersionSupportWarning'));
  if (first < 0) return stderr;
  const last = lines.findIndex((line, index) => index > first && line.startsWith('(Use '));
  return [...lines.slice(0, first), ...lines.slice(last + 1)].join('\n');
}
