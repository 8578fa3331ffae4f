import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { RawFlags } from '../configuration/fields.ts';
import type { Mistake } from '../configuration/mistakes.ts';

/** What a file of settings says: the same names as the flags, as in `baseUrl`. No file says nothing. */
export function readConfigFile(path: unknown): {
  readonly value: RawFlags | null;
  readonly mistakes: readonly Mistake[];
} {
  if (typeof path !== 'string') return { value: null, mistakes: [] };
  const wrong = (mistake: string): { value: null; mistakes: Mistake[] } => ({
    value: null,
    mistakes: [
      {
        flag: '--config',
        mistake,
        fix: 'write the path of a JSON file with one object, its keys as in "baseUrl"',
      },
    ],
  });
  try {
    const read = z.record(z.string(), z.unknown()).safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (!read.success) return wrong(`${path} holds no object`);
    const secret = Object.keys(read.data).filter((key) => /secret|password/i.test(key));
    if (secret.length > 0)
      return wrong(`${path} holds ${secret.join(', ')}: secrets come from the environment`);
    return { value: read.data, mistakes: [] };
  } catch (error) {
    return wrong(`${path} can not be read: ${error instanceof Error ? error.message : error}`);
  }
}
