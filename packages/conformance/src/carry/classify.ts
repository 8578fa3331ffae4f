import type { ErrorCode } from '@mesibo-files/handler-core';
import type {
  AnswerMeaning,
  AnswerReading,
  AnswerRule,
  CodeSource,
} from '@mesibo-files/handler-core/provider';

/** What an answer means by the plan's rules. */
export interface Classified {
  readonly meaning: AnswerMeaning;
  /** The error that the rules name for it. */
  readonly error: ErrorCode | undefined;
  /** The store's clock, in milliseconds since 1970. */
  readonly time: number | null;
}

/** HTTP's own meaning of a status, after the rules of the plan. */
const GENERAL: readonly AnswerRule[] = [
  { status: [200, 299], means: 'done' },
  { status: [404, 404], means: 'gone' },
  { status: [410, 410], means: 'gone' },
  { status: [412, 412], means: 'exists' },
  { status: [408, 408], means: 'retry' },
  { status: [429, 429], means: 'retry' },
  { status: [500, 599], means: 'retry' },
];

/** Reads an answer by the plan's rules: written apart from the engine's reader, so that the two check each other. */
export function classify(
  reading: AnswerReading,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): Classified {
  const find = (source: CodeSource): string | null => findText(source, headers, body);
  const codes = reading.code.map(find);
  const own = reading.rules.find((row) => fits(row, status, headers, codes));
  // What the store calls by a name that its rules don't know is neither gone nor there.
  const named = codes.some((code) => code !== null);
  const general = GENERAL.find((row) => fits(row, status, headers, codes));
  const rule =
    own ?? (named && (general?.means === 'gone' || general?.means === 'exists') ? undefined : general);
  const times = [...(reading.time ?? []).map(find), headers.date ?? null].map((text) =>
    Date.parse(text ?? ''),
  );
  return {
    meaning: rule?.means ?? 'refused',
    error: rule?.error,
    time: times.find((time) => !Number.isNaN(time)) ?? null,
  };
}

/** A code or sentence without what stores spell each in their own way: case, blanks, the full stop at the end. */
function plain(code: string): string {
  return code.trim().replace(/\s+/g, ' ').replace(/[.!]$/, '').toLowerCase();
}

function fits(
  rule: AnswerRule,
  status: number,
  headers: Readonly<Record<string, string>>,
  codes: readonly (string | null)[],
): boolean {
  const [first, last] = typeof rule.status === 'number' ? [rule.status, rule.status] : rule.status;
  if (status < first || status > last) return false;
  const known = rule.codes?.map(plain);
  if (known && !codes.some((code) => code !== null && known.includes(plain(code)))) return false;
  if (!rule.header) return true;
  const value = headers[rule.header.name.toLowerCase()];
  if (value === undefined) return false;
  return rule.header.value === undefined || rule.header.value.toLowerCase() === value.toLowerCase();
}

function findText(
  source: CodeSource,
  headers: Readonly<Record<string, string>>,
  body: string,
): string | null {
  if (source.in === 'header') return headers[source.name.toLowerCase()] ?? null;
  const start = body.indexOf(source.after);
  if (start === -1) return null;
  const rest = body.slice(start + source.after.length);
  const end = rest.indexOf(source.before);
  return end === -1 ? null : rest.slice(0, end).trim();
}
