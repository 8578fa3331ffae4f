import { testFile } from '../carry/file.ts';
import { keyOf } from '../carry/keys.ts';
import type { SignerTest } from '../carry/signer-test.ts';
import { begin } from '../carry/upload.ts';
import { commit, download, reach, storedBy, upload } from '../carry/whole.ts';
import { alike, check, equal, sameBytes } from '../check/check.ts';
import type { SignerCase } from '../harness/signer-case.ts';
import { severalRequests, tooLarge } from './needs.ts';

type SizeOf = (test: SignerTest) => number;

const SIZES: readonly (readonly [name: string, size: SizeOf])[] = [
  ['no byte', () => 0],
  ['one byte', () => 1],
  ['one part', ({ bench }) => bench.sizes.onePart],
  ['one part and one byte', ({ bench }) => bench.sizes.onePart + 1],
  ['many parts', ({ bench }) => bench.sizes.manyParts],
  ['many parts and one byte', ({ bench }) => bench.sizes.manyParts + 1],
];

/** A file of every size that matters arrives whole, and the store's own SDK says the same of it as the signer. */
export const sizeCases: readonly SignerCase[] = [
  ...SIZES.map(([name, sizeOf]) => ({
    name: `a file of ${name} arrives whole`,
    run: (test: SignerTest) => arrives(test, sizeOf(test)),
  })),
  {
    name: 'a stream of unknown length arrives whole',
    needs: [severalRequests],
    run: streamArrives,
  },
  { name: 'a file over the declared maximum is refused at begin', run: tooLarge },
  { name: 'the bench has the sizes that the suite needs', needs: [severalRequests], run: sizesFit },
];

async function arrives(test: SignerTest, size: number): Promise<void> {
  const { file, object } = await upload(test, { size });
  const { store } = test.bench;
  alike(await store.keys(), [object.key], 'the keys in the store');
  equal(keyOf(object), object.key, 'the key in the file URL');
  sameBytes(await store.bytes(object.key), file.bytes, 'what the store holds');
  const facts = await store.facts(object.key);
  equal(facts.size, size, 'size in the store');
  equal(facts.contentType, file.facts.contentType, 'content type in the store');
  equal(object.size, size, 'size by the commit');
  equal(object.contentType, file.facts.contentType, 'content type by the commit');
  equal(object.name, file.facts.name, 'name by the commit');
  equal(await store.unfinished(), 0, 'unfinished uploads after the commit');
  sameBytes((await download(test, object.url)).body, file.bytes, 'what is downloaded');
}

async function streamArrives(test: SignerTest): Promise<void> {
  const { onePart, manyParts } = test.bench.sizes;
  const sizes = [onePart + 1, manyParts, manyParts + 1].filter((size) => size > test.capabilities.singleUpTo);
  for (const size of sizes) {
    const file = testFile(test, { size, stream: true });
    const begun = await begin(test, file);
    check(begun.plan.shape !== 'single' && begun.plan.size === null, 'the plan of a stream knows no size');
    await reach(begun, 'all');
    const object = storedBy(await commit(begun));
    sameBytes(await test.bench.store.bytes(object.key), file.bytes, 'what the store holds of the stream');
    equal(object.size, size, 'size by the commit');
  }
}

async function sizesFit(test: SignerTest): Promise<void> {
  const { onePart, manyParts } = test.bench.sizes;
  const one = await begin(test, testFile(test, { size: onePart }));
  if (one.plan.shape === 'parts') check(onePart <= one.plan.partSize, 'sizes.onePart is one part');
  const { plan } = await begin(test, testFile(test, { size: manyParts }));
  check(plan.shape !== 'single', 'sizes.manyParts takes several requests');
  const piece = plan.shape === 'parts' ? plan.partSize : plan.chunkSize;
  check(
    manyParts % piece === 0 && manyParts >= 2 * piece,
    'sizes.manyParts is a whole multiple of the part size',
  );
}
