import type { Manifest } from '@mesibo-files/handler-core/provider';
import { testFile } from '../carry/file.ts';
import { call, type SignerTest } from '../carry/signer-test.ts';
import { begin, manifestOf, partFacts, sendPart, signParts } from '../carry/upload.ts';
import { commit, reach, storedBy, upload } from '../carry/whole.ts';
import { alike, check, equal, sameBytes } from '../check/check.ts';
import type { SignerCase } from '../harness/signer-case.ts';
import { partsShape, severalRequests, singleShape } from './needs.ts';

/** The end of every upload: idempotent, and believing nothing that the store does not say. */
export const commitCases: readonly SignerCase[] = [
  { name: 'commit is idempotent', run: idempotent },
  { name: 'commit with a part missing names it, and goes on', needs: [partsShape], run: missingPart },
  { name: 'commit with nothing sent stores nothing', run: nothingSent },
  { name: 'commit of a part of another size does not store', needs: [partsShape], run: wrongPartSize },
  { name: 'commit by a manifest of another size does not store', run: wrongManifestSize },
  { name: 'commit believes the store when an answer was lost', run: lostAnswer },
  {
    name: 'a single request sent again after a lost answer is found stored',
    needs: [singleShape],
    run: sentAgain,
  },
  { name: 'a part may be sent again', needs: [partsShape], run: partAgain },
  { name: 'commit after everything was sent leaves nothing unfinished', needs: [severalRequests], run: tidy },
];

async function idempotent(test: SignerTest): Promise<void> {
  for (const size of [0, test.bench.sizes.onePart, test.bench.sizes.manyParts]) {
    const { begun, object } = await upload(test, { size });
    for (const changes of [{}, { answered: false }]) {
      const again = storedBy(await commit(begun, changes));
      equal(again.url, object.url, 'URL of the second commit');
      equal(again.size, object.size, 'size of the second commit');
      if (object.version !== null) equal(again.version, object.version, 'version of the second commit');
    }
    const manifest = manifestOf(begun);
    const replica = storedBy(await test.bench.signerWith({}).commit(begun.plan.ticket, manifest, call));
    equal(replica.url, object.url, 'URL by another replica');
  }
}

async function missingPart(test: SignerTest): Promise<void> {
  const begun = await begin(test, testFile(test, { size: test.bench.sizes.manyParts + 1 }));
  if (begun.plan.shape !== 'parts') return await nothingSent(test);
  const parts = await signParts(begun);
  const [first, ...rest] = parts;
  check(first !== undefined, 'there is a first part');
  for (const part of rest) await sendPart(begun, part);
  const outcome = await commit(begun);
  check(outcome.state === 'missing', `commit without part 1 answers missing, not ${outcome.state}`);
  alike(outcome.parts, [1], 'the parts that are missing');
  alike(await test.bench.store.keys(), [], 'the keys in the store before the part is there');
  await sendPart(begun, first);
  const object = storedBy(await commit(begun));
  sameBytes(await test.bench.store.bytes(object.key), begun.file.bytes, 'what the store holds');
}

async function nothingSent(test: SignerTest): Promise<void> {
  for (const size of [1, test.bench.sizes.manyParts]) {
    const begun = await begin(test, testFile(test, { size }));
    const outcome = await commit(begun, { answered: false });
    check(outcome.state !== 'stored' && outcome.state !== 'refused', `commit of nothing is ${outcome.state}`);
    if (outcome.state === 'missing' && begun.plan.shape !== 'session') {
      check(outcome.parts.includes(1), 'part 1 is among the missing');
    }
  }
  alike(await test.bench.store.keys(), [], 'the keys in the store');
}

/** The manifest and the ticket say one size, a part that was signed for less says another. */
async function wrongPartSize(test: SignerTest): Promise<void> {
  const begun = await begin(test, testFile(test, { size: test.bench.sizes.manyParts }));
  if (begun.plan.shape !== 'parts') return;
  await reach(begun, 'all');
  const short = begun.file.bytes.subarray(0, begun.plan.partSize - 1);
  const shortFile = { ...begun, file: { ...begun.file, bytes: short } };
  const facts = partFacts(shortFile)[0];
  check(facts !== undefined, 'a short part has facts');
  const signed = await begun.signer.sign(begun.plan.ticket, [{ ...facts, number: 1 }], call).catch(() => []);
  for (const part of signed) await sendPart(begun, part, short);
  const outcome = await commit(begun);
  if (outcome.state === 'stored') {
    check(signed.length === 0, 'a part of another size than planned is not signed, or not committed');
    sameBytes(await test.bench.store.bytes(outcome.object.key), begun.file.bytes, 'what the store holds');
  } else {
    alike(await test.bench.store.keys(), [], 'the keys in the store');
  }
}

async function wrongManifestSize(test: SignerTest): Promise<void> {
  for (const size of [100, test.bench.sizes.manyParts]) {
    const begun = await begin(test, testFile(test, { size }));
    await reach(begun, 'all');
    const changes: Partial<Manifest> = { size: size + 1, answered: false };
    const outcome = await commit(begun, changes).catch(() => null);
    check(outcome?.state !== 'stored', 'a manifest that says another size than was sent is not stored');
  }
}

async function lostAnswer(test: SignerTest): Promise<void> {
  for (const size of [0, test.bench.sizes.onePart, test.bench.sizes.manyParts]) {
    const begun = await begin(test, testFile(test, { size }));
    await reach(begun, 'all');
    const object = storedBy(await commit(begun, { answered: false }));
    equal(object.size, size, 'size by the commit');
    sameBytes(await test.bench.store.bytes(object.key), begun.file.bytes, 'what the store holds');
  }
}

async function sentAgain(test: SignerTest): Promise<void> {
  const begun = await begin(test, testFile(test, { size: 1 }));
  if (begun.plan.shape !== 'single') return;
  await reach(begun, 'all');
  for (const part of await signParts(begun)) {
    const answer = await sendPart(begun, part);
    check(
      ['done', 'exists'].includes(answer.meaning),
      `the same again is done or exists, not ${answer.meaning}`,
    );
  }
  storedBy(await commit(begun, { answered: false }));
}

async function partAgain(test: SignerTest): Promise<void> {
  const begun = await begin(test, testFile(test, { size: test.bench.sizes.manyParts }));
  if (begun.plan.shape !== 'parts') return;
  await reach(begun, 'all');
  await reach(begun, 'some');
  const object = storedBy(await commit(begun, { answered: false }));
  sameBytes(await test.bench.store.bytes(object.key), begun.file.bytes, 'what the store holds');
}

async function tidy(test: SignerTest): Promise<void> {
  await upload(test, { size: test.bench.sizes.manyParts + 1 });
  equal(await test.bench.store.unfinished(), 0, 'unfinished uploads');
}
