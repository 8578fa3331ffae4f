import type { OptionChecks } from '@mesibo-files/handler-core/provider';
import { z } from 'zod';

/** Refuses options of a name that is not known; a mistyped one with the name that it is nearest to. */
export function checkNames(checks: OptionChecks, known: object, options: object, prefix = ''): void {
  const names = Object.keys(known).map((name) => [`${prefix}${name}`, z.unknown().optional()]);
  const given = Object.entries(options).map(([name, value]) => [`${prefix}${name}`, value]);
  checks.typed(z.strictObject(Object.fromEntries(names)), Object.fromEntries(given));
}
