import { z } from 'zod';
import type { Mistake } from './mistakes.ts';
import { readDuration, readSize } from './quantity.ts';

/** What a command was given: flags, and variables of the environment where a flag was left out. */
export type RawFlags = Readonly<Record<string, unknown>>;

/** The result: a value, or every mistake. */
export type Reading<Value> =
  | { readonly value: Value; readonly mistakes: readonly [] }
  | { readonly value: null; readonly mistakes: readonly Mistake[] };

/** A text that passes the test. `fix` says what to write instead. */
export function text(test: (value: string) => boolean, mistake: string, fix: string): z.ZodType<string> {
  return z.string().refine(test, { error: mistake, params: { fix } });
}

/** One of these words. */
export function oneOf<Word extends string>(words: readonly Word[]): z.ZodType<Word> {
  const list = words.join(', ');
  return z.custom<Word>((value) => words.some((word) => word === value), {
    error: ({ input }) => `${JSON.stringify(input)} is none of ${list}`,
    params: { fix: `write one of: ${list}` },
  });
}

/** A whole number within bounds. */
export function wholeNumber(least: number, most: number): z.ZodType<number> {
  return converted((value) => (/^\d{1,15}$/.test(value) ? Number(value) : null), least, most, {
    mistake: 'is no whole number',
    fix: `write a number from ${least} to ${most}`,
  });
}

/** Bytes, as in `200MiB`. */
export function size(most: number): z.ZodType<number> {
  return converted(readSize, 0, most, { mistake: 'is no size', fix: 'write bytes, as in 200MiB or 5GiB' });
}

/** Milliseconds, as in `24h`. */
export function duration(most: number): z.ZodType<number> {
  return converted(readDuration, 0, most, {
    mistake: 'is no time',
    fix: 'write it as in 30s, 15m, 24h or 2d',
  });
}

function converted(
  read: (value: string) => number | null,
  least: number,
  most: number,
  words: { readonly mistake: string; readonly fix: string },
): z.ZodType<number> {
  return z.string().transform((value, context) => {
    const number = read(value);
    const mistake =
      number === null ? words.mistake : number < least || number > most ? 'is out of bounds' : null;
    if (number !== null && mistake === null) return number;
    context.addIssue({
      code: 'custom',
      message: `${JSON.stringify(value)} ${mistake}`,
      params: { fix: words.fix },
    });
    return z.NEVER;
  });
}

/** Reads all fields, and collects what is wrong with any. */
export function readFields<Value>(schema: z.ZodType<Value>, raw: RawFlags): Reading<Value> {
  const read = schema.safeParse(raw);
  if (read.success) return { value: read.data, mistakes: [] };
  const mistakes = read.error.issues.map((issue) => ({
    flag: flagOf(String(issue.path[0] ?? '')),
    mistake: issue.message,
    fix: fixOf(issue),
  }));
  return { value: null, mistakes };
}

/** The flag of a property: `publicUrl` is `--public-url`. */
export function flagOf(property: string): string {
  return `--${property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function fixOf(issue: z.core.$ZodIssue): string {
  const fix: unknown = issue.code === 'custom' ? issue.params?.fix : undefined;
  return typeof fix === 'string' ? fix : 'see --help';
}
