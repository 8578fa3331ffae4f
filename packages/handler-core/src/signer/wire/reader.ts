/** What a reader takes, in JSON Schema (2020-12). `named` is ours: such a schema stands under its name in a list of all. */
export interface Schema {
  readonly named?: string;
  readonly [keyword: string]: unknown;
}

/** Takes a value of unknown shape for what it should be. @throws {@link ShapeError} */
export interface Reader<Value> {
  (value: unknown, at: string): Value;
  readonly schema: Schema;
}

/** A field that may be left out. `otherwise`: what it then means, as it is written; without it, it stays left out. */
interface Optional<Value> {
  readonly optional: Reader<Value>;
  readonly otherwise?: unknown;
}

/** Mistakes that are named at once. */
const MOST_NAMED = 5;

/** A value is not of the shape it should be. Each mistake names its place, and never shows the value. */
export class ShapeError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('; '));
    this.mistakes = mistakes;
  }
}

type Fields<Value> = {
  readonly [Name in keyof Value]-?: object extends Pick<Value, Name>
    ? Optional<Exclude<Value[Name], undefined>>
    : Reader<Value[Name]> | (Optional<Value[Name]> & { readonly otherwise: unknown });
};

/** A reader that does this, and takes what the schema says. */
export function reader<Value>(schema: Schema, read: (value: unknown, at: string) => Value): Reader<Value> {
  return Object.assign((value: unknown, at: string) => read(value, at), { schema });
}

/** The same reader, its schema under a name. */
export function named<Value>(name: string, read: Reader<Value>): Reader<Value> {
  return reader({ named: name, ...read.schema }, read);
}

/** A reader of values that pass this check. `what` completes the sentence `… is not`. */
export function checked<Value>(
  what: string,
  isGood: (value: unknown) => value is Value,
  schema: Schema,
): Reader<Value> {
  return reader(schema, (value, at) => {
    if (isGood(value)) return value;
    throw new ShapeError([`${at || 'body'}: not ${what}`]);
  });
}

/** Collects what is wrong in all parts of a value. */
class Mistakes {
  readonly #found: string[] = [];

  /** What this reads, or undefined where it is wrong. */
  of<Value>(read: () => Value): Value | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      this.#found.push(...error.mistakes.slice(0, MOST_NAMED - this.#found.length));
      if (this.#found.length >= MOST_NAMED) throw new ShapeError(this.#found);
      return undefined;
    }
  }

  end(): void {
    if (this.#found.length > 0) throw new ShapeError(this.#found);
  }
}

/** An object of these fields; others are left out, for a newer program may send more. */
export function shape<Value extends object>(fields: Fields<Value>): Reader<Value> {
  const all = Object.entries<Reader<unknown> | Optional<unknown>>(fields);
  const properties = all.map(([name, field]) => [name, schemaOf(field)] as const);
  const required = all.filter(([, field]) => typeof field === 'function').map(([name]) => name);
  const schema = { type: 'object', properties: Object.fromEntries(properties), required };
  return reader(schema, (value, at) => {
    const given = anObject(value, at);
    const read: Record<string, unknown> = {};
    const mistakes = new Mistakes();
    for (const [name, field] of all) {
      const found: unknown = Object.hasOwn(given, name) ? given[name] : undefined;
      const place = within(at, name);
      if (typeof field === 'function') read[name] = mistakes.of(() => field(found, place));
      else if (found !== undefined || 'otherwise' in field) {
        read[name] = mistakes.of(() => field.optional(found === undefined ? field.otherwise : found, place));
      }
    }
    mistakes.end();
    return read as Value;
  });
}

function schemaOf(field: Reader<unknown> | Optional<unknown>): Schema {
  if (typeof field === 'function') return field.schema;
  const { schema } = field.optional;
  return 'otherwise' in field ? { ...schema, default: field.otherwise } : schema;
}

/** The fields of a body have no name before them. */
function within(at: string, name: string | number): string {
  return at === '' ? String(name) : `${at}.${name}`;
}

/** One of several shapes, told apart by this field. */
export function variant<Value extends object>(
  field: string,
  shapes: Readonly<Record<string, Reader<Value>>>,
): Reader<Value> {
  return reader({ oneOf: Object.values(shapes).map(({ schema }) => schema) }, (value, at) => {
    const which = anObject(value, at)[field];
    const read = typeof which === 'string' && Object.hasOwn(shapes, which) ? shapes[which] : undefined;
    if (read !== undefined) return read(value, at);
    throw new ShapeError([`${within(at, field)}: not one of ${Object.keys(shapes).join(', ')}`]);
  });
}

/** So many of these. */
export function list<Value>(
  item: Reader<Value>,
  { least = 0, most = 100_000 }: { readonly least?: number; readonly most?: number } = {},
): Reader<readonly Value[]> {
  const schema = {
    type: 'array',
    items: item.schema,
    ...(least > 0 ? { minItems: least } : {}),
    maxItems: most,
  };
  return reader(schema, (value, at) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      throw new ShapeError([`${at}: not a list of ${least} to ${most}`]);
    }
    const mistakes = new Mistakes();
    const read = value.map((each: unknown, index) => mistakes.of(() => item(each, within(at, index))));
    mistakes.end();
    return read as Value[];
  });
}

export function nullable<Value>(read: Reader<Value>): Reader<Value | null> {
  return reader({ anyOf: [read.schema, { type: 'null' }] }, (value, at) =>
    value === null ? null : read(value, at),
  );
}

export function oneOf<Value extends string | number | boolean>(...values: readonly Value[]): Reader<Value> {
  const isOne = (value: unknown): value is Value => values.some((one) => one === value);
  return checked(`one of ${values.join(', ')}`, isOne, { enum: values });
}

/** Any object, as names and values. */
export const anObject: Reader<Readonly<Record<string, unknown>>> = checked(
  'an object',
  (value): value is Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null && !Array.isArray(value),
  { type: 'object' },
);

export const text: Reader<string> = checked('a text', (value) => typeof value === 'string', {
  type: 'string',
});

/** A text of so many characters that the pattern finds. The pattern must not need to go back. */
export function textOf(
  what: string,
  { least = 0, most, pattern }: { readonly least?: number; readonly most: number; readonly pattern?: RegExp },
): Reader<string> {
  const schema = {
    type: 'string',
    ...(least > 0 ? { minLength: least } : {}),
    maxLength: most,
    ...(pattern === undefined ? {} : { pattern: pattern.source }),
  };
  const isGood = (value: unknown): value is string =>
    typeof value === 'string' &&
    value.length >= least &&
    value.length <= most &&
    (pattern === undefined || pattern.test(value));
  return checked(what, isGood, schema);
}

export const flag: Reader<boolean> = checked('true or false', (value) => typeof value === 'boolean', {
  type: 'boolean',
});

/** Finite. */
export const real: Reader<number> = checked('a number', (value): value is number => Number.isFinite(value), {
  type: 'number',
});

/** Whole, from `least` to `most`. */
export function wholeOf(least: number, most: number = Number.MAX_SAFE_INTEGER): Reader<number> {
  return checked(
    `a whole number from ${least} to ${most}`,
    (value): value is number =>
      Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
    { type: 'integer', minimum: least, maximum: most },
  );
}

export const whole: Reader<number> = wholeOf(Number.MIN_SAFE_INTEGER);

/** Bytes, milliseconds, parts: whole, not negative. */
export const count: Reader<number> = wholeOf(0);

/** At least 1. */
export const positive: Reader<number> = wholeOf(1);
