/** What tests and the doctor set, which no flag does. */
export interface SignerTuning {
  /** Milliseconds that a signed request may be used. */
  readonly timeToLive?: number;
  /** Files above so many bytes do not go in one request. */
  readonly singleUpTo?: number;
  /** The most bytes of one file. */
  readonly maxSize?: number;
  /** Base URL of file URLs, in place of the configured one. */
  readonly publicUrl?: string;
}

/** Without the properties that are undefined: an option that is left out has its default. */
export function defined<Value extends object>(
  value: Value,
): { [Name in keyof Value]: Exclude<Value[Name], undefined> } {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Value]: Exclude<Value[Name], undefined> };
}
