import { ERROR_CODES, type ErrorCode } from '@mesibo-files/handler-core';
import { testFile } from '../carry/file.ts';
import { call, type SignerTest } from '../carry/signer-test.ts';
import { begin, manifestOf, signParts } from '../carry/upload.ts';
import { upload } from '../carry/whole.ts';
import { check } from '../check/check.ts';
import { checkError } from '../check/fails.ts';
import type { SignerCase } from '../harness/signer-case.ts';

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

/** Every mistake gets an error with a code, which shows no ticket, no signature and no key. */
export const secretCases: readonly SignerCase[] = [{ name: 'no error tells a secret', run: secrets }];

async function secrets(test: SignerTest): Promise<void> {
  const { signer } = test.bench;
  const { object } = await upload(test, { size: 100 });
  const begun = await begin(test, testFile(test, { size: test.bench.sizes.manyParts }));
  const { ticket } = begun.plan;
  const [part] = await signParts(begun);
  const longer = `${ticket}x`;
  test.secrets.add(longer, 'a ticket');
  const wanted = [0, -1, 1.5, 1_000_000].map((number) => ({ number, size: 1, digests: {} }));
  const wrongs: readonly (() => Promise<unknown>)[] = [
    ...wanted.map((each) => () => signer.sign(ticket, [each], call)),
    () => signer.sign(ticket, [{ number: 1, size: -1, digests: {} }], call),
    () => signer.sign(longer, [{ number: 1, size: 1, digests: {} }], call),
    () => signer.resume(longer, call),
    () => signer.commit(longer, manifestOf(begun), call),
    () => signer.commit(ticket, manifestOf(begun, { size: 1 }), call),
    () => signer.commit(ticket, manifestOf(begun, { parts: [], answered: false }), call),
    () => signer.discard(longer, call),
    () => signer.read(part?.request.url ?? '', call),
    () => signer.remove(part?.request.url ?? '', call),
    () => signer.read(`${object.url}/${ticket}`, call),
  ];
  let failed = 0;
  for (const wrong of wrongs) {
    try {
      await wrong();
    } catch (error) {
      failed += 1;
      checkError(error, CODES, test.secrets, 'an error');
    }
  }
  check(failed > 0, 'something of this fails');
}
