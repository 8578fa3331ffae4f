import { testFile } from '../carry/file.ts';
import type { SignerTest } from '../carry/signer-test.ts';
import { forSize } from '../carry/tamper.ts';
import { type Begun, begin, partBytes, sendPart, signParts } from '../carry/upload.ts';
import { commit, reach, storedBy } from '../carry/whole.ts';
import { bytesOf, withByteChanged } from '../check/bytes.ts';
import { alike, check, equal, present, sameBytes } from '../check/check.ts';
import type { SignerCase } from '../harness/signer-case.ts';
import { digests, severalRequests } from './needs.ts';

/** The body that was signed for is the only one: another is refused by the store, or found at the commit. */
export const bodyCases: readonly SignerCase[] = [
  { name: 'a larger body than signed is refused or found', run: (test) => otherSize(test, 1_000, 1) },
  { name: 'a smaller body than signed is refused or found', run: (test) => otherSize(test, 1_000, -1) },
  { name: 'a body of nothing is refused or found', run: (test) => otherSize(test, 1_000, -1_000) },
  {
    name: 'a larger part than signed is refused or found',
    needs: [severalRequests],
    run: (test) => otherSize(test, test.bench.sizes.manyParts + 1, 1),
  },
  {
    name: 'a smaller part than signed is refused or found',
    needs: [severalRequests],
    run: (test) => otherSize(test, test.bench.sizes.manyParts + 1, -1),
  },
  { name: 'a damaged body is refused or found', needs: [digests], run: (test) => damaged(test, 1_000) },
  {
    name: 'a damaged part is refused or found',
    needs: [digests, severalRequests],
    run: (test) => damaged(test, test.bench.sizes.manyParts),
  },
];

async function otherSize(test: SignerTest, size: number, difference: number): Promise<void> {
  const begun = await begin(test, testFile(test, { size }));
  if (begun.plan.shape === 'session') return;
  const part = present((await signParts(begun))[0], 'a signed part');
  const length = partBytes(begun, part.number).byteLength + difference;
  const answer = await sendPart(begun, forSize(part, length), bytesOf(length));
  const refused = answer.status === 0 || answer.status >= 400;
  if (test.capabilities.sizeBound === 'signature') {
    check(refused, `a body of ${length} bytes is refused by the store, and not answered by ${answer.status}`);
  }
  if (refused) return await stillGood(begun);
  for (const other of (await signParts(begun)).slice(1)) await sendPart(begun, other);
  await notStored(begun);
}

/** The refusal did no harm: the right bytes are taken. */
async function stillGood(begun: Begun): Promise<void> {
  const { store } = begun.test.bench;
  alike(await store.keys(), [], 'the keys in the store after a refusal');
  await reach(begun, 'all');
  const object = storedBy(await commit(begun));
  sameBytes(await store.bytes(object.key), begun.file.bytes, 'what the store holds');
}

async function notStored(begun: Begun): Promise<void> {
  const outcome = await commit(begun);
  check(
    outcome.state === 'refused' || outcome.state === 'missing',
    `commit finds it, and does not answer ${outcome.state}`,
  );
  alike(await begun.test.bench.store.keys(), [], 'the keys in the store after the commit found it');
}

/** A store that verifies digests says so at once; another leaves it to the commit to compare them. */
async function damaged(test: SignerTest, size: number): Promise<void> {
  const begun = await begin(test, testFile(test, { size }));
  if (begun.plan.shape === 'session') return;
  const [part, ...others] = await signParts(begun);
  const first = present(part, 'a signed part');
  const answer = await sendPart(begun, first, withByteChanged(partBytes(begun, first.number), 500));
  if (test.capabilities.storeVerifiesDigests) {
    equal(answer.meaning, 'corrupt', 'meaning of the answer to damaged bytes');
    return await stillGood(begun);
  }
  for (const other of others) await sendPart(begun, other);
  await notStored(begun);
}
