import { testFile } from '../carry/file.ts';
import { call, type SignerTest } from '../carry/signer-test.ts';
import { begin } from '../carry/upload.ts';
import { commit, reach, STAGES, type Stage } from '../carry/whole.ts';
import { alike, check, equal } from '../check/check.ts';
import type { SignerCase } from '../harness/signer-case.ts';
import { severalRequests } from './needs.ts';

const WHEN: Readonly<Record<Stage, string>> = {
  nothing: 'with nothing sent',
  some: 'with some of it sent',
  all: 'with everything sent and nothing committed',
};

/** Giving up leaves nothing behind, and can be done twice. */
export const discardCases: readonly SignerCase[] = [
  ...STAGES.map((stage) => ({
    name: `discard ${WHEN[stage]} leaves nothing of several requests`,
    needs: [severalRequests],
    run: (test: SignerTest) => leavesNothing(test, test.bench.sizes.manyParts + 1, stage),
  })),
  ...(['nothing', 'all'] as const).map((stage) => ({
    name: `discard ${WHEN[stage]} leaves nothing of one part`,
    run: (test: SignerTest) => leavesNothing(test, test.bench.sizes.onePart, stage),
  })),
  { name: 'discard touches no other upload', needs: [severalRequests], run: touchesNoOther },
];

async function leavesNothing(test: SignerTest, size: number, stage: Stage): Promise<void> {
  const begun = await begin(test, testFile(test, { size }));
  await reach(begun, stage);
  for (const signer of [begun.signer, begun.signer, test.bench.signerWith({})]) {
    await signer.discard(begun.plan.ticket, call);
    alike(await test.bench.store.keys(), [], 'the keys in the store');
    alike(await test.bench.store.waiting(), [], 'what waits in the store');
    equal(await test.bench.store.unfinished(), 0, 'unfinished uploads');
  }
  const outcome = await commit(begun, { answered: false });
  check(outcome.state !== 'stored', 'a discarded upload is never stored');
  const { stored } = await begun.signer.resume(begun.plan.ticket, call);
  const empty =
    stored.state === 'gone' ||
    (stored.state === 'parts' && stored.parts.length === 0) ||
    (stored.state === 'offset' && !stored.offset);
  check(empty, `a discarded upload resumes with nothing, not ${JSON.stringify(stored)}`);
  alike(await test.bench.store.keys(), [], 'the keys in the store after a commit of nothing');
}

async function touchesNoOther(test: SignerTest): Promise<void> {
  const kept = await begin(test, testFile(test, { size: test.bench.sizes.manyParts }));
  const dropped = await begin(test, testFile(test, { size: test.bench.sizes.manyParts, seed: 2 }));
  await reach(kept, 'all');
  await reach(dropped, 'some');
  await dropped.signer.discard(dropped.plan.ticket, call);
  const outcome = await commit(kept);
  check(outcome.state === 'stored', `the other upload is stored, not ${outcome.state}`);
}
