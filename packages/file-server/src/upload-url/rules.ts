import type { UploadRouteOptions } from './options.ts';

/** Which fields a form has. */
export interface FieldRules {
  /** Fields of mesibo's: each may come once. */
  readonly known: readonly string[];
  /** Names under which the token comes. */
  readonly token: readonly string[];
  /** Without these a form is refused. */
  readonly required: readonly string[];
  /** One field of each row must come before a file goes to the store. */
  readonly awaited: readonly (readonly string[])[];
}

const CURRENT: FieldRules = {
  known: ['op', 'auth', 'uid', 'mid', 'source', 'file_offset'],
  token: ['auth'],
  required: ['op', 'uid', 'mid', 'source'],
  awaited: [['op'], ['auth'], ['uid'], ['mid'], ['source']],
};

const ALL = [...CURRENT.known, 'token', 'profile'];

const LENIENT: FieldRules = {
  known: ALL,
  token: ['auth', 'token'],
  required: ['op'],
  awaited: [['op'], ['auth', 'token'], ['mid'], ['uid', 'profile'], ['source', 'profile']],
};

const LEGACY: FieldRules = {
  known: ALL,
  token: ['token', 'auth'],
  required: ['op'],
  awaited: [['op'], ['token', 'auth'], ['mid'], ['profile']],
};

export function rulesOf({ dialect, lenientFields, awaitFields = [] }: UploadRouteOptions): FieldRules {
  const strict = lenientFields === true ? LENIENT : CURRENT;
  const rules = dialect === 'legacy' ? LEGACY : strict;
  return { ...rules, awaited: [...rules.awaited, ...awaitFields.map((name) => [name])] };
}
