/** Takes a value of unknown shape for what it should be. @throws {@link ShapeError} */
export type Reader<Value> = (value: unknown, at: string) => Value;

/** A field that may be left out. */
interface Optional<Value> {
  readonly optional: Reader<Value>;
}

/** A value is not of the shape it should be. The message names the place, and never shows the value. */
export class ShapeError extends Error {}

type Fields<Value> = {
  readonly [Name in keyof Value]-?: object extends Pick<Value, Name>
    ? Optional<Exclude<Value[Name], undefined>>
    : Reader<Value[Name]>;
};

/** A reader of values that pass this check. */
export function checked<Value>(what: string, isGood: (value: unknown) => value is Value): Reader<Value> {
  return (value, at) => {
    if (isGood(value)) return value;
    throw new ShapeError(`${at} is not ${what}`);
  };
}

/** An object of these fields; others are left out, for a newer server may send more. */
export function shape<Value extends object>(fields: Fields<Value>): Reader<Value> {
  const readers = Object.entries<Reader<unknown> | Optional<unknown>>(fields);
  return (value, at) => {
    const given = anObject(value, at);
    const read: Record<string, unknown> = {};
    for (const [name, field] of readers) {
      const found: unknown = Object.hasOwn(given, name) ? given[name] : undefined;
      if (typeof field === 'function') read[name] = field(found, `${at}.${name}`);
      else if (found !== undefined) read[name] = field.optional(found, `${at}.${name}`);
    }
    return read as Value;
  };
}

/** One of several shapes, told apart by this field. */
export function variant<Value extends object>(
  field: string,
  shapes: Readonly<Record<string, Reader<Value>>>,
): Reader<Value> {
  return (value, at) => {
    const which = anObject(value, at)[field];
    const reader = typeof which === 'string' && Object.hasOwn(shapes, which) ? shapes[which] : undefined;
    if (reader === undefined) throw new ShapeError(`${at}.${field} is not one of ${Object.keys(shapes)}`);
    return reader(value, at);
  };
}

/** So many of these at most. */
export function list<Value>(item: Reader<Value>, most = 100_000): Reader<readonly Value[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > most) throw new ShapeError(`${at} is not a list`);
    return value.map((each: unknown, index) => item(each, `${at}[${index}]`));
  };
}

export function nullable<Value>(reader: Reader<Value>): Reader<Value | null> {
  return (value, at) => (value === null ? null : reader(value, at));
}

export function oneOf<Value extends string | number | boolean>(...values: readonly Value[]): Reader<Value> {
  const isOne = (value: unknown): value is Value => values.some((one) => one === value);
  return checked(`one of ${values.join(', ')}`, isOne);
}

/** Any object, as names and values. */
export const anObject: Reader<Readonly<Record<string, unknown>>> = checked(
  'an object',
  (value): value is Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null && !Array.isArray(value),
);

export const text: Reader<string> = checked('a text', (value) => typeof value === 'string');

export const flag: Reader<boolean> = checked('true or false', (value) => typeof value === 'boolean');

/** Finite. */
export const real: Reader<number> = checked('a number', (value): value is number => Number.isFinite(value));

export const whole: Reader<number> = checked('a whole number', (value): value is number =>
  Number.isSafeInteger(value),
);

/** Bytes, milliseconds, parts: whole, not negative. */
export const count: Reader<number> = checked(
  'a count',
  (value): value is number => Number.isSafeInteger(value) && Number(value) >= 0,
);

/** At least 1. */
export const positive: Reader<number> = checked(
  'at least 1',
  (value): value is number => Number.isSafeInteger(value) && Number(value) >= 1,
);
