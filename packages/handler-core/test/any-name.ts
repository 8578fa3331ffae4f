import fc from 'fast-check';

const meaningful = [
  '..',
  '.',
  '/',
  '\\',
  'CON',
  'a',
  ' ',
  '"',
  '%',
  ';',
  '\r\n',
  '\u202e',
  '写',
  '😀',
  '.jpg',
];

/** Any string of UTF-16 units, lone surrogates and controls among them, with some that mean something to a file system. */
export const anyName: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 1500 }),
  fc.string({
    unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    maxLength: 300,
  }),
  fc.array(fc.constantFrom(...meaningful)).map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom('写', '😀', 'a', 'é', '%'), fc.integer({ min: 1, max: 4200 }))
    .map(([unit, count]) => `${unit.repeat(count)}.jpeg`),
);
