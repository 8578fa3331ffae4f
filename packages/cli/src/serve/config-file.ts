import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { RawFlags } from '../configuration/fields.ts';
import type { Mistake } from '../configuration/mistakes.ts';

/** What a file of settings came to: what can be used of it, and what is wrong with it. */
export interface ConfigFile {
  readonly value: RawFlags;
  readonly mistakes: readonly Mistake[];
}

const FIX = 'write the path of a JSON file with one object, its keys as in "baseUrl"';

/**
 * Reads a file of settings, of the same names as the flags: `baseUrl` for `--base-url`. Numbers may stand as such. No
 * path: no settings.
 */
export function readConfigFile(path: unknown, known: ReadonlySet<string>): ConfigFile {
  if (typeof path !== 'string') return { value: {}, mistakes: [] };
  const read = readObject(path);
  if (typeof read === 'string') {
    return { value: {}, mistakes: [{ flag: '--config', mistake: `${path} ${read}`, fix: FIX }] };
  }
  const value: Record<string, unknown> = {};
  const mistakes: Mistake[] = [];
  for (const [key, each] of Object.entries(read)) {
    if (known.has(key)) value[key] = typeof each === 'number' ? String(each) : each;
    else
      mistakes.push({ flag: '--config', mistake: `${path} has an unknown key "${key}"`, fix: fixFor(key) });
  }
  return { value, mistakes };
}

function fixFor(key: string): string {
  return /secret|password/i.test(key)
    ? 'leave it out: secrets come from the environment'
    : 'leave it out, or write it as --help has it, as in "baseUrl"';
}

/** The object in a file, or why there is none. */
function readObject(path: string): Record<string, unknown> | string {
  try {
    const read = z.record(z.string(), z.unknown()).safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return read.success ? read.data : 'holds no object';
  } catch (error) {
    return `can not be read: ${error instanceof Error ? error.message : error}`;
  }
}
