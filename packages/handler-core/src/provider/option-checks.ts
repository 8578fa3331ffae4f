import { TransferError } from '../errors/transfer-error.ts';
import { fileUrlFor } from '../naming/file-url.ts';
import { cleanPrefix } from '../naming/object-key.ts';

/** One thing that a schema finds wrong, as zod tells it. */
export interface SchemaIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Of a value of the wrong type: the right one. */
  readonly expected?: unknown;
  /** Names that the schema does not know. */
  readonly keys?: readonly string[];
}

/** A strict object of zod's: the names and types of a provider's options. */
export interface OptionsSchema {
  readonly shape: Readonly<Record<string, unknown>>;
  safeParse(
    value: unknown,
  ):
    | { readonly success: true }
    | { readonly success: false; readonly error: { readonly issues: readonly SchemaIssue[] } };
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  function: 'a function',
};

/** Collects what is wrong with a provider's options, so that all of it is told at once. */
export class OptionChecks {
  readonly #provider: string;
  readonly #mistakes: string[] = [];
  /** Options that are wrong already: nothing more is said of them. */
  readonly #wrong = new Set<string>();

  /** `provider` stands before the list, as in `S3`. */
  constructor(provider: string) {
    this.#provider = provider;
  }

  /** Notes the mistake unless `good`. It names the option first, as in `partSize: 5 MiB to 5 GiB`. */
  check(good: boolean, mistake: string): void {
    const name = /^\w+/.exec(mistake)?.[0] ?? '';
    if (!good && !this.#wrong.has(name)) this.#mistakes.push(mistake);
  }

  /**
   * Notes every option of a name or type that the schema does not know, and answers the options without them, so that
   * the others can be checked. @throws `invalid-argument` for what are no options at all
   */
  typed<Options extends object>(schema: OptionsSchema, options: Options): Options {
    if (typeof options !== 'object' || options === null) {
      this.#mistakes.push('they must be an object');
      this.end();
    }
    const read = schema.safeParse(options);
    if (read.success) return options;
    const names = Object.keys(schema.shape);
    for (const issue of read.error.issues) {
      for (const key of issue.keys ?? []) this.#note(key, `is no option${suggestion(key, names)}`);
      const [name] = issue.path;
      if (name === undefined) continue;
      const place = issue.path.slice(1).map(String).join('.');
      const right = TYPES[String(issue.expected)];
      const why = right === undefined ? issue.message : `must be ${right}`;
      this.#note(String(name), place === '' ? why : `${place} ${why}`);
    }
    const entries = Object.entries(options).filter(([name]) => !this.#wrong.has(name));
    return Object.fromEntries(entries) as Options;
  }

  #note(name: string, why: string): void {
    if (!this.#wrong.has(name)) this.#mistakes.push(`${name}: ${why}`);
    this.#wrong.add(name);
  }

  /** @throws `invalid-argument` that names every mistake */
  end(): void {
    if (this.#mistakes.length === 0) return;
    throw new TransferError('invalid-argument', `${this.#provider} options: ${this.#mistakes.join('; ')}.`);
  }
}

/** Whether this can be the prefix of keys. */
export function isPrefix(prefix: string): boolean {
  return succeeds(() => cleanPrefix(prefix));
}

/** Whether file URLs can be made under this URL. */
export function isBaseUrl(url: string | undefined): boolean {
  return url === undefined || succeeds(() => fileUrlFor(url, 'key'));
}

/** Whether this is a whole number within these bounds. */
export function isWhole(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}

/** Whether this can be sent as a header's value as it stands. */
export function isHeaderValue(value: string | undefined): boolean {
  return value === undefined || /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value);
}

function succeeds(call: () => unknown): boolean {
  try {
    call();
    return true;
  } catch {
    return false;
  }
}

/** The known name that a mistyped one is nearest to, as a question; empty where none is near. */
function suggestion(name: string, known: readonly string[]): string {
  const distances = known.map((each) => ({ each, far: distance(name.toLowerCase(), each.toLowerCase()) }));
  const nearest = distances.sort((left, right) => left.far - right.far)[0];
  const near = nearest !== undefined && nearest.far <= Math.max(1, Math.floor(nearest.each.length / 3));
  return near ? `; did you mean ${nearest.each}?` : '';
}

/** How many letters must be put in, left out, changed or swapped with their neighbour to make one text of the other. */
function distance(one: string, other: string): number {
  // What is much too long is near to nothing.
  if (Math.abs(one.length - other.length) > 8) return 8;
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= one.length; row++) {
    rows[row] = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (same ? 0 : 1),
          swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(one.length, other.length);
}
