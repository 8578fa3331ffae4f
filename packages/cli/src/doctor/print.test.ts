import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Io } from '../output/io.ts';
import { Printer } from './print.ts';
import type { CheckResult } from './types.ts';

const base = { title: 'it works', detail: '', milliseconds: 1 };

function printed(results: readonly CheckResult[], columns = 60): string {
  const stdout = Object.assign(new PassThrough(), { columns });
  const io: Io = { stdout, stderr: stdout, env: {}, onSignal: () => () => undefined };
  const printer = new Printer(io);
  for (const result of results) printer.print(result);
  printer.end(results);
  return String(stdout.read());
}

describe('what doctor prints', () => {
  it('is a line for each check, and for a fault its cause and its fix', () => {
    const fix = 'Put this there:\n{\n  "a": 1\n}';
    const fault = { status: 'failed', detail: 'HTTP 403', cause: 'No.', fix } as const;
    expect(
      printed([
        { ...base, id: 'a', status: 'passed' },
        { ...base, ...fault, id: 'b' },
        { ...base, ...fault, id: 'c', cause: 'Neither.' },
        { ...base, id: 'd', status: 'skipped', detail: 'needs "b"', blockedBy: 'b' },
      ]),
    ).toBe(
      `  ok   it works
  FAIL it works: HTTP 403
        cause  No.
        fix    Put this there:
               {
                 "a": 1
               }
  FAIL it works: HTTP 403
        cause  Neither.
        fix    as above
  skip one further check, which needs what has failed

1 passed, 2 failed, 1 skipped.
`,
    );
  });

  it('breaks sentences at the width, and nothing that has to be copied', () => {
    const command = `aws s3api put-bucket-cors --bucket ${'b'.repeat(60)}`;
    const cause = 'This is a sentence that is longer than the terminal is wide, by far.';
    const text = printed([{ ...base, id: 'a', status: 'failed', cause, fix: command }]);
    expect(text).toContain(command);
    for (const line of text.split('\n').filter((line) => !line.includes('aws')))
      expect(line.length).toBeLessThan(60);
  });

  it('lets nothing act on the terminal', () => {
    expect(printed([{ ...base, id: 'a', status: 'passed', detail: 'a\u001b[31mb' }])).not.toContain('\u001b');
  });
});
