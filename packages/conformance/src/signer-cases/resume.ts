import { testFile } from '../carry/file.ts';
import { askOffset, sendSession } from '../carry/session.ts';
import { call, type SignerTest } from '../carry/signer-test.ts';
import { type Begun, begin, partFacts, partsOf, sendPart, signAnew } from '../carry/upload.ts';
import { commit, reach, STAGES, type Stage, storedBy } from '../carry/whole.ts';
import { alike, check, equal, present, sameBytes } from '../check/check.ts';
import type { SignerCase } from '../harness/signer-case.ts';
import { severalRequests } from './needs.ts';

const SENT: Readonly<Record<Stage, string>> = {
  nothing: 'before anything was sent',
  some: 'with some of it sent',
  all: 'with everything sent',
};

/** Any replica of the signer resumes an upload by its ticket alone, at every stage. */
export const resumeCases: readonly SignerCase[] = [
  ...STAGES.map((stage) => ({
    name: `an upload in several requests goes on by its ticket ${SENT[stage]}`,
    needs: [severalRequests],
    run: (test: SignerTest) => goesOn(test, test.bench.sizes.manyParts + 1, stage),
  })),
  ...(['nothing', 'all'] as const).map((stage) => ({
    name: `an upload of one part goes on by its ticket ${SENT[stage]}`,
    run: (test: SignerTest) => goesOn(test, test.bench.sizes.onePart, stage),
  })),
  { name: 'a committed upload resumes as committed', run: committed },
  { name: 'a resumed plan has the geometry of the first', needs: [severalRequests], run: sameGeometry },
];

/** What resume says is held, in part numbers, or null when it is committed. */
async function held(begun: Begun, signer: Begun['signer']): Promise<readonly number[] | null> {
  const { stored } = await signer.resume(begun.plan.ticket, call);
  if (stored.state === 'committed') return null;
  if (stored.state === 'offset') {
    const offset = stored.offset ?? (await askOffset(begun));
    if (offset === null || offset === begun.file.bytes.byteLength) return [1];
    if (offset > 0) await finishSession(begun, offset);
    return offset === 0 ? [] : [1];
  }
  check(stored.state === 'parts', `a live upload resumes as parts, not ${stored.state}`);
  const facts = partFacts(begun);
  for (const part of stored.parts) {
    const own = present(facts[part.number - 1], `a part ${part.number} in the plan`);
    equal(part.size, own.size, `size of part ${part.number} as listed`);
    for (const [name, digest] of Object.entries(part.digests)) {
      const expected = own.digests[name as keyof typeof own.digests];
      if (expected !== undefined) equal(digest, expected, `${name} of part ${part.number} as listed`);
    }
  }
  return stored.parts.map((part) => part.number);
}

async function finishSession(begun: Begun, offset: number): Promise<void> {
  await sendSession(begun, offset);
}

async function goesOn(test: SignerTest, size: number, stage: Stage): Promise<void> {
  const begun = await begin(test, testFile(test, { size }));
  await reach(begun, stage);
  const replica = test.bench.signerWith({});
  const numbers = await held(begun, replica);
  const count = partsOf(begun).length;
  if (begun.plan.shape === 'parts') {
    const expected = { nothing: 0, some: count - 1, all: count }[stage];
    equal(numbers?.length, expected, 'number of parts that resume lists');
  }
  await sendMissing(begun, numbers ?? partsOf(begun).map((part) => part.number));
  const object = storedBy(await commit(begun, { answered: stage !== 'all' }));
  sameBytes(await test.bench.store.bytes(object.key), begun.file.bytes, 'what the store holds');
  alike(await test.bench.store.keys(), [object.key], 'the keys in the store');
}

async function sendMissing(begun: Begun, numbers: readonly number[]): Promise<void> {
  if (begun.plan.shape === 'session') {
    if (!numbers.includes(1)) await sendSession(begun);
    return;
  }
  const missing = partsOf(begun)
    .map((part) => part.number)
    .filter((number) => !numbers.includes(number));
  for (const number of missing) {
    for (const part of await signAnew(begun, [number])) {
      const answer = await sendPart(begun, part);
      const fine =
        answer.meaning === 'done' || (begun.plan.shape === 'single' && answer.meaning === 'exists');
      check(fine, `part ${number}, signed anew, is done, not ${answer.meaning} (${answer.status})`);
    }
  }
}

async function committed(test: SignerTest): Promise<void> {
  for (const size of [1, test.bench.sizes.manyParts]) {
    const begun = await begin(test, testFile(test, { size }));
    await reach(begun, 'all');
    const object = storedBy(await commit(begun));
    const { stored } = await test.bench.signerWith({}).resume(begun.plan.ticket, call);
    check(stored.state === 'committed', `a committed upload resumes as committed, not ${stored.state}`);
    equal(stored.object.url, object.url, 'the URL that resume states');
    equal(stored.object.size, size, 'the size that resume states');
  }
}

async function sameGeometry(test: SignerTest): Promise<void> {
  const { plan } = await begin(test, testFile(test, { size: test.bench.sizes.manyParts }));
  const { plan: again } = await test.bench.signer.resume(plan.ticket, call);
  const resumed = present(again, 'a plan for a live upload');
  equal(resumed.shape, plan.shape, 'shape');
  if (plan.shape === 'parts' && resumed.shape === 'parts') {
    equal(resumed.partSize, plan.partSize, 'part size');
    equal(resumed.size, plan.size, 'size');
  }
  if (plan.shape === 'session' && resumed.shape === 'session') {
    equal(resumed.chunkSize, plan.chunkSize, 'chunk size');
  }
  alike(resumed.integrity, plan.integrity, 'integrity');
}
