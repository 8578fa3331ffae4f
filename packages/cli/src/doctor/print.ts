import { styleText } from 'node:util';
import type { Io } from '../output/io.ts';
import { printable, wrap } from '../output/text.ts';
import type { CheckResult } from './types.ts';

const MARKS = { passed: 'ok', failed: 'FAIL', warning: 'warn', skipped: 'skip' } as const;
const COLOURS = { passed: 'green', failed: 'red', warning: 'yellow', skipped: 'dim' } as const;
const INDENT = '        ';

/** Prints results as they come. A fix, or a reason to skip, is shown once; what was never tried is only counted. */
export class Printer {
  readonly #io: Io;
  readonly #width: number;
  readonly #shown = new Set<string>();

  constructor(io: Io) {
    this.#io = io;
    this.#width = Math.max(40, (io.stdout.columns ?? 100) - 1);
  }

  print({ status, title, detail, cause, fix, blockedBy }: CheckResult): void {
    if (blockedBy !== undefined || (status === 'skipped' && !this.#isNew(detail))) return;
    const { stdout, env } = this.#io;
    const mark = MARKS[status].padEnd(4);
    const shown = stdout.isTTY === true && !env.NO_COLOR ? styleText(COLOURS[status], mark) : mark;
    const text = detail === '' ? title : `${title}: ${printable(detail)}`;
    const [first = '', ...rest] = wrap(text, this.#width - 7);
    stdout.write(`  ${shown} ${first}\n`);
    for (const line of rest) stdout.write(`       ${line}\n`);
    if (cause !== undefined) this.#block('cause', cause);
    if (fix !== undefined) this.#block('fix', this.#once(fix));
  }

  /** How it went, in a line or two. */
  end(results: readonly CheckResult[]): void {
    const blocked = results.filter((result) => result.blockedBy !== undefined).length;
    if (blocked > 0) {
      const checks =
        blocked === 1 ? 'one further check, which needs' : `${blocked} further checks, which need`;
      this.#io.stdout.write(`  skip ${checks} what has failed\n`);
    }
    this.#io.stdout.write(`\n${summaryOf(results)}\n`);
  }

  #once(fix: string): string {
    return this.#isNew(fix) ? fix : 'as above';
  }

  #isNew(text: string): boolean {
    const isNew = !this.#shown.has(text);
    this.#shown.add(text);
    return isNew;
  }

  /** A text of several lines keeps them as they are: a rule or a command must be copied whole. */
  #block(title: string, text: string): void {
    const width = this.#width - INDENT.length - 7;
    const lines = text.split('\n').flatMap((line) => (isProse(line) ? wrap(line, width) : [line]));
    for (const [index, line] of lines.entries()) {
      this.#io.stdout.write(`${INDENT}${(index === 0 ? title : '').padEnd(6)} ${printable(line)}\n`);
    }
  }
}

function isProse(line: string): boolean {
  return /^[A-Z].*[a-z] /.test(line);
}

function summaryOf(results: readonly CheckResult[]): string {
  const count = (status: CheckResult['status']): number =>
    results.filter((result) => result.status === status).length;
  const [warnings, skips] = [count('warning'), count('skipped')];
  const parts = [
    `${count('passed')} passed`,
    `${count('failed')} failed`,
    ...(warnings === 0 ? [] : [`${warnings} warning${warnings === 1 ? '' : 's'}`]),
    ...(skips === 0 ? [] : [`${skips} skipped`]),
  ];
  return `${parts.join(', ')}.`;
}
