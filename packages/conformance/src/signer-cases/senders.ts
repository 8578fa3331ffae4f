import { FILESOURCE } from '@mesibo-files/handler-core';
import { call, type SignerTest } from '../carry/signer-test.ts';
import { upload } from '../carry/whole.ts';
import { alike } from '../check/check.ts';
import type { SignerCase } from '../harness/signer-case.ts';

/** A server that keeps nothing decides on downloads by what stands with the object. */
export const senderCases: readonly SignerCase[] = [
  { name: 'whose an object is, and that it is protected, is read back', run: (test) => kept(test, 10, true) },
  { name: 'an object that is not protected says so', run: (test) => kept(test, 10, false) },
  {
    name: 'whose an object of many parts is, and that it is protected, is read back',
    run: (test) => kept(test, test.bench.sizes.manyParts, true),
  },
];

async function kept(test: SignerTest, size: number, secure: boolean): Promise<void> {
  const { object } = await upload(test, { size, secure });
  const expected = { uid: 4711, mid: '18000000000000000001', source: FILESOURCE.MESSAGE, secure };
  alike(object.sender, expected, 'sender by the commit');
  alike((await test.bench.signer.read(object.url, call)).sender, expected, 'sender by read');
}
