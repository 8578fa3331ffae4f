import { TransferError } from '@mesibo-files/handler-core';
import { ConfigurationError } from '../configuration/mistakes.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { printable } from './text.ts';

/** Prints a result: for people its last line alone goes to stdout, for programs one object. */
export function printResult(io: Io, json: boolean, result: object, line: string): void {
  io.stdout.write(json ? `${JSON.stringify(result)}\n` : `${line}\n`);
}

/** Prints an error, and returns the exit code. Our errors hold no secret; of any other error it prints only the message. */
export function printError(io: Io, json: boolean, error: unknown): number {
  if (error instanceof ConfigurationError) return printMistakes(io, json, error);
  const { code, message, hint, retryable } = TransferError.from(error);
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
