import { testFile } from '../carry/file.ts';
import { call, pass, type SignerTest } from '../carry/signer-test.ts';
import { begin } from '../carry/upload.ts';
import { commit, reach, storedBy, upload } from '../carry/whole.ts';
import { alike, check, equal, present, sameBytes } from '../check/check.ts';
import type { SignerCase } from '../harness/signer-case.ts';
import { listing, severalRequests } from './needs.ts';

/** Cleaning up: what was begun and never ended, and what is not wanted any more. */
export const sweepingCases: readonly SignerCase[] = [
  { name: 'unfinished lists exactly what is unfinished', needs: [listing, severalRequests], run: exactly },
  { name: 'unfinished lists nothing younger than asked for', needs: [listing, severalRequests], run: young },
  { name: 'what unfinished lists can be discarded', needs: [listing, severalRequests], run: swept },
  { name: 'remove deletes the object, and does it twice', run: removed },
];

async function listed(
  test: SignerTest,
  olderThan: number,
): Promise<readonly { ticket: string; begunAt: number }[]> {
  const found: { ticket: string; begunAt: number }[] = [];
  for await (const each of test.bench.signer.unfinished(olderThan, call)) found.push(each);
  return found;
}

async function exactly(test: SignerTest): Promise<void> {
  const size = test.bench.sizes.manyParts;
  await upload(test, { size, seed: 4 });
  const dropped = await begin(test, testFile(test, { size, seed: 5 }));
  await dropped.signer.discard(dropped.plan.ticket, call);
  alike(await listed(test, 0), [], 'unfinished uploads before any is');
  const begun = await begin(test, testFile(test, { size }));
  await reach(begun, 'some');
  await begin(test, testFile(test, { size, seed: 2 }));
  await pass(test.bench, 1_100);
  equal((await listed(test, 0)).length, 2, 'number of unfinished uploads');
  await reach(begun, 'all');
  storedBy(await commit(begun));
  equal((await listed(test, 0)).length, 1, 'number of unfinished uploads after a commit');
}

async function young(test: SignerTest): Promise<void> {
  await begin(test, testFile(test, { size: test.bench.sizes.manyParts }));
  await pass(test.bench, 1_100);
  alike(await listed(test, 3_600_000), [], 'unfinished uploads of an hour ago');
  const [only] = await listed(test, 0);
  check(present(only, 'an unfinished upload').begunAt > 0, 'begunAt is a time');
}

async function swept(test: SignerTest): Promise<void> {
  const size = test.bench.sizes.manyParts;
  const kept = await upload(test, { size });
  await reach(await begin(test, testFile(test, { size, seed: 2 })), 'some');
  await pass(test.bench, 1_100);
  for (const { ticket } of await listed(test, 0)) await test.bench.signer.discard(ticket, call);
  equal(await test.bench.store.unfinished(), 0, 'unfinished uploads in the store');
  alike(await listed(test, 0), [], 'unfinished uploads after the sweep');
  sameBytes(await test.bench.store.bytes(kept.object.key), kept.file.bytes, 'what was committed');
}

async function removed(test: SignerTest): Promise<void> {
  const kept = await upload(test, { size: 10, seed: 2 });
  for (const size of [10, test.bench.sizes.manyParts]) {
    const { object } = await upload(test, { size });
    await test.bench.signer.remove(object.url, call);
    await test.bench.signer.remove(object.url, call);
    alike(await test.bench.store.keys(), [kept.object.key], 'the keys in the store');
  }
}
