import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { packagePicture, withPicture } from './ci/package-picture.mjs';

const text = readFileSync(new URL('../CONTRIBUTING.md', import.meta.url), 'utf8');

it('CONTRIBUTING.md shows the packages as they are: node scripts/ci/package-picture.mjs --write renews it', () => {
  expect(withPicture(text, packagePicture())).toBe(text);
});

it('draws each package, and core below the others', () => {
  const picture = packagePicture();
  expect(picture).toContain('handler-s3 --> handler-core');
  expect(picture).toContain('\n  handler-core\n');
});

it('finds a picture that is old', () => {
  expect(withPicture(text, 'graph TD')).not.toBe(text);
  expect(() => withPicture('no picture', 'graph TD')).toThrow('lacks');
});
