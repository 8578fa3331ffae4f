import { ERROR_CODES, type ErrorCode, TransferError } from '@mesibo-files/handler-core';
import { ConfigurationError } from '../configuration/mistakes.ts';
import { EXIT } from './exit-codes.ts';
import type { Outcome } from './interruptible.ts';
import type { Io } from './io.ts';
import { printable } from './text.ts';

/** Prints a result: for people its last line alone goes to stdout, for programs one object. */
export function printResult(io: Io, json: boolean, result: object, line: string): void {
  io.stdout.write(json ? `${JSON.stringify(result)}\n` : `${line}\n`);
}

/** What to do where an app would set an option that this command line does not have. */
export const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  'foreign-url': 'Name the store that the URL was stored in, by --provider, --bucket and --prefix.',
  'address-forbidden': 'Fetch the URL yourself, and put the file: the URL leads to a private address.',
  'too-slow': 'Try again later: the server sends too slowly.',
  throttled: 'Try again later: the store asks for fewer requests.',
  'request-expired': 'Run the same command again, and check the clock of this machine.',
};

/** Says that a signal stopped it, and answers the exit code. `next`: what to do now. */
export function printStopped(
  io: Io,
  json: boolean,
  { stopped, exitCode }: Extract<Outcome<unknown>, { exitCode: number }>,
  next: string,
): number {
  const error = { code: 'stopped', message: `Stopped by ${stopped}`, hint: next, retryable: true };
  if (json) io.stdout.write(`${JSON.stringify({ error })}\n`);
  else io.stderr.write(`Stopped. ${next}\n`);
  return exitCode;
}

/** Prints an error, and returns the exit code. Our errors hold no secret; of any other error it prints only the message. */
export function printError(io: Io, json: boolean, error: unknown): number {
  if (error instanceof ConfigurationError) return printMistakes(io, json, error);
  const { code, message, retryable, ...told } = TransferError.from(error);
  const own = told.hint === ERROR_CODES[code].hint ? HINTS[code] : undefined;
  const hint = own ?? told.hint;
  if (json) io.stdout.write(`${JSON.stringify({ error: { code, message, hint, retryable } })}\n`);
  else io.stderr.write(`error ${code}: ${printable(message)}\n hint: ${printable(hint)}\n`);
  return code === 'invalid-argument' ? EXIT.usage : EXIT.failed;
}

function printMistakes(io: Io, json: boolean, { mistakes }: ConfigurationError): number {
  if (json) {
    const hint = 'Every mistake names its flag and its fix.';
    const error = { code: 'invalid-argument', message: 'The configuration is wrong.', hint, mistakes };
    io.stdout.write(`${JSON.stringify({ error })}\n`);
    return EXIT.usage;
  }
  io.stderr.write(
    mistakes.length === 1 ? 'This is wrong:\n' : `These ${mistakes.length} things are wrong:\n`,
  );
  for (const { flag, mistake, fix } of mistakes) {
    io.stderr.write(`  ${flag}: ${printable(mistake)}\n      ${printable(fix)}\n`);
  }
  return EXIT.usage;
}
