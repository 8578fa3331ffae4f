import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OptionChecks, type OptionsSchema } from './option-checks.ts';

/** As zod tells it. */
const schema: OptionsSchema = {
  shape: { region: {}, endpoint: {}, partSize: {}, checksum: {} },
  safeParse: (value) => {
    const options = Object(value) as Record<string, unknown>;
    const keys = Object.keys(options).filter((name) => !(name in schema.shape));
    const { partSize } = options;
    const issues = [
      ...(partSize !== undefined && typeof partSize !== 'number'
        ? [{ path: ['partSize'], message: 'Invalid input', expected: 'number' }]
        : []),
      ...(keys.length === 0 ? [] : [{ code: 'unrecognized_keys', path: [], message: 'no', keys }]),
    ];
    return issues.length === 0 ? { success: true } : { success: false, error: { issues } };
  },
};

function told(options: object): string {
  const checks = new OptionChecks('S3');
  try {
    const typed: { partSize?: number } = checks.typed(schema, options);
    checks.check((typed.partSize ?? 8) > 5, 'partSize: more than 5');
    checks.check(false, 'bucket: is missing');
    checks.end();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

it('every mistake is told at once, and each once; a mistyped name with the one that was meant', () => {
  expect(told({ regoin: 'x', partsize: 5, partSize: '5', nonsense: 1 })).toBe(
    'S3 options: partSize: must be a number; regoin: is no option; did you mean region?; ' +
      'partsize: is no option; did you mean partSize?; nonsense: is no option; bucket: is missing.',
  );
});

it('what is no object is told as that, and is no fault of ours', () => {
  for (const none of [undefined, null, 'files', 5]) {
    expect(told(none as unknown as object)).toBe('S3 options: they must be an object.');
  }
});

it('no name makes it fail otherwise', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.anything()), (options) => {
      expect(told(options)).toMatch(/^S3 options: /);
    }),
  );
});
