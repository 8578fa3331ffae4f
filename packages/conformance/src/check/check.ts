/** A guarantee that does not hold. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}

/** Fails the case unless the condition holds. `what` completes the sentence "expected that …". */
export function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new CheckFailed(`expected that ${what}`);
}

/** Fails the case unless both are the same, by `Object.is`. */
export function equal<Value>(actual: Value, expected: Value, what: string): void {
  if (!Object.is(actual, expected)) {
    throw new CheckFailed(`${what}: expected ${show(expected)}, got ${show(actual)}`);
  }
}

/** Fails the case unless both serialise to the same JSON, in the same order. */
export function alike(actual: unknown, expected: unknown, what: string): void {
  equal(JSON.stringify(actual), JSON.stringify(expected), what);
}

/** Fails the case unless both hold the same bytes. */
export function sameBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  equal(actual.byteLength, expected.byteLength, `${what}, number of bytes`);
  // Natively, and only then byte by byte: most of what is compared is large, and alike.
  if (Buffer.compare(actual, expected) === 0) return;
  const differs = actual.findIndex((byte, index) => byte !== expected[index]);
  throw new CheckFailed(`${what}: byte ${differs} differs`);
}

/** Gives the value back unless it is null or undefined, which fails the case. */
export function present<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined) throw new CheckFailed(`expected ${what}, got none`);
  return value;
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
