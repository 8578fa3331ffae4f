import { isAbsolute, relative } from 'node:path';
import { objectKey, webRandom } from '@mesibo-files/handler-core/provider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectPath } from './paths.ts';

const ROOT = '/srv/files/objects';
const HEX = 'ab'.repeat(16);

/** Pieces out of which something dangerous can be put together. */
const piece = fc.oneof(
  fc.constantFrom(
    '.',
    '..',
    '',
    '/',
    '\\',
    '..\\',
    '%2e%2e',
    '%2f',
    '\0',
    ':',
    'C:',
    '~',
    '//',
    'nul',
    ' ',
    '\n',
  ),
  fc.constantFrom('mesibo', '0', '1', '2026', '01', HEX, 'clip.mp4', '.object.json', 'a'.repeat(300)),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const hostileKey = fc.oneof(
  fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('/')),
  fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')),
  fc.tuple(piece, piece).map(([one, two]) => `mesibo/1/2026/01/${HEX}/${one}${two}`),
  fc.tuple(piece, piece).map(([one, two]) => `${one}/${two}/1/2026/01/${HEX}/clip.mp4`),
);

describe('the place of an object', () => {
  it('is under the root, whatever the key, or is none', () => {
    fc.assert(
      fc.property(hostileKey, (key) => {
        const path = objectPath(ROOT, key);
        if (path === null) return;
        for (const each of [path.folder, ...path.above]) {
          const inside = relative(ROOT, each);
          expect(inside !== '' && !inside.split('/').includes('..') && !isAbsolute(inside)).toBe(true);
        }
        // No other text names the same file.
        expect(`${relative(ROOT, path.folder)}/${path.name}`).toBe(key);
        expect(key).toMatch(/^[\w.~=@/-]+$/);
        expect(path.name).not.toMatch(/^\.|[/\\]|\.$/);
      }),
      { numRuns: 20_000 },
    );
  });

  it('is there for every key that a signer makes', () => {
    const prefix = fc
      .array(fc.stringMatching(/^[\w.~=@-]{1,20}$/), { maxLength: 5 })
      .filter((all) => all.every((one) => one !== '.' && one !== '..'));
    const source = fc.integer({ min: -5, max: 1_000 });
    fc.assert(
      fc.property(
        prefix,
        source,
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        (folders, number, name) => {
          const now = Date.UTC(2026, 0, 1);
          const key = objectKey({ prefix: folders.join('/'), source: number, now, random: webRandom, name });
          expect(objectPath(ROOT, key)).not.toBeNull();
        },
      ),
    );
  });
});
