import { parseContentDisposition, trueName } from '@mesibo-files/handler-core/provider';
import { call, type SignerTest } from '../carry/signer-test.ts';
import { upload } from '../carry/whole.ts';
import { check, equal, present, sameBytes } from '../check/check.ts';
import type { SignerCase } from '../harness/signer-case.ts';
import { checkKey } from './keys.ts';

/** Names that have broken stores, headers, paths and signatures before. */
export const AWKWARD_NAMES: Readonly<Record<string, string>> = {
  'an accent': 'Übung à la carte.pdf',
  'a decomposed accent': 'cafe\u0301.txt',
  Chinese: '假期照片.jpg',
  Devanagari: 'छुट्टी की तस्वीर.png',
  Arabic: 'صورة العطلة.jpg',
  Hebrew: 'תמונה.jpg',
  emoji: '👩‍👩‍👧‍👦🏖️.mov',
  'a right-to-left override': 'photo\u202Egpj.exe',
  'a thousand characters': `${'n'.repeat(996)}.txt`,
  'a thousand Chinese characters': `${'照'.repeat(996)}.txt`,
  'a path': '../../x',
  'a deep path': '/etc/passwd',
  'a Windows path': '..\\..\\x.txt',
  'quotes and semicolons': `he said "hi"; filename="evil.exe'.txt`,
  'CR and LF': 'a\r\nX-Evil: 1\r\n\r\nbody.txt',
  NUL: 'a\u0000b.txt',
  'a leading dot': '.htaccess',
  'nothing but dots': '..',
  'nothing at all': '',
  'a reserved name': 'CON.txt',
  'a lone surrogate': 'x\ud800y.txt',
  percent: '100%25 sure %2F.txt',
  'plus and space': 'a + b  c.txt',
  'query signs': 'what?who=me&x#y.txt',
  'a trailing dot and space': 'file. ',
  'no extension': 'README',
  markup: '<script>alert(1)</script>.html',
};

/** Any name comes out as it went in, by core's `trueName`, and none of it reaches the key's structure. */
export const nameCases: readonly SignerCase[] = [
  ...Object.entries(AWKWARD_NAMES).map(([what, name]) => ({
    name: `a name with ${what} is kept, and the key stays in form`,
    run: (test: SignerTest) => kept(test, name),
  })),
  {
    name: 'a name is kept with many parts',
    run: (test) => kept(test, '假期 "1".mov', test.bench.sizes.manyParts),
  },
  { name: 'markup is stored to be downloaded, never shown', run: downloadedOnly },
];

async function kept(test: SignerTest, name: string, size = 10): Promise<void> {
  const { file, object } = await upload(test, { size, name });
  const expected = trueName(name);
  equal(object.name, expected, 'name by the commit');
  equal((await test.bench.signer.read(object.url, call)).name, expected, 'name by read');
  checkKey(object.key);
  const disposition = present(
    (await test.bench.store.facts(object.key)).contentDisposition,
    'a Content-Disposition',
  );
  check(/^[\x20-\x7e]+$/.test(disposition), 'the Content-Disposition is ASCII on one line');
  equal(parseContentDisposition(disposition), expected, 'name in the Content-Disposition');
  sameBytes(await test.bench.store.bytes(object.key), file.bytes, 'what the store holds');
}

async function downloadedOnly(test: SignerTest): Promise<void> {
  for (const contentType of [
    'text/html',
    'image/svg+xml',
    'application/xhtml+xml',
    'text/xml',
    'TEXT/HTML; charset=x',
  ]) {
    const { object } = await upload(test, { size: 10, contentType, name: 'page' });
    const { contentDisposition } = await test.bench.store.facts(object.key);
    check(/^attachment\b/i.test(contentDisposition ?? ''), `${contentType} is stored as an attachment`);
  }
}
