import type { SignedPart } from '@mesibo-files/handler-core/provider';
import { carry } from '../carry/carry.ts';
import { testFile } from '../carry/file.ts';
import { call, type SignerTest } from '../carry/signer-test.ts';
import { forSize } from '../carry/tamper.ts';
import { type Begun, begin, partBytes, sendPart, signAnew, signParts } from '../carry/upload.ts';
import { commit, type Uploaded, upload } from '../carry/whole.ts';
import { bytesOf } from '../check/bytes.ts';
import { alike, check, equal, sameBytes } from '../check/check.ts';
import type { SignerCase } from '../harness/signer-case.ts';
import { conditional, severalRequests } from './needs.ts';

/** A stored object never changes, even if someone still holds a presigned URL. */
export const overwritingCases: readonly SignerCase[] = [
  {
    name: 'no request signed earlier changes one part after its commit',
    run: (test) => replayed(test, 1_000),
  },
  {
    name: 'no request signed earlier changes many parts after their commit',
    needs: [severalRequests],
    run: (test) => replayed(test, test.bench.sizes.manyParts),
  },
  {
    name: 'an object that is there already is answered exists',
    needs: [conditional('single')],
    run: answeredExists,
  },
  {
    name: 'an object of a stranger is neither taken for ours nor touched',
    run: (test) => stranger(test, 1_000),
  },
  {
    name: 'an object of a stranger is not touched by several requests',
    needs: [severalRequests],
    run: (test) => stranger(test, test.bench.sizes.manyParts),
  },
];

async function replayed(test: SignerTest, size: number): Promise<void> {
  const { begun, object } = await upload(test, { size });
  // Asked for before, during and after: what sign still gives for a committed upload must do no harm either.
  await signAnew(begun, [1]).catch(() => []);
  for (const part of begun.signed) {
    const { byteLength } = partBytes(begun, part.number);
    for (const bytes of [bytesOf(byteLength, 7), partBytes(begun, part.number), bytesOf(byteLength + 1, 7)]) {
      await sendPart(begun, forSize(part, bytes.byteLength), bytes);
    }
    await carry(
      test,
      begun.plan.answers,
      { ...part.request, method: 'DELETE' },
      partBytes(begun, part.number),
    );
  }
  await unchanged(begun, object.key);
  await commit(begun, { answered: false });
  await unchanged(begun, object.key);
  const plan = await test.bench.signer.read(object.url, call);
  equal(plan.size, size, 'size after everything was sent again');
}

async function unchanged(begun: Begun, key: string): Promise<void> {
  const { store } = begun.test.bench;
  alike(await store.keys(), [key], 'the keys in the store');
  sameBytes(await store.bytes(key), begun.file.bytes, 'what the store holds');
}

async function answeredExists(test: SignerTest): Promise<void> {
  const { begun, object } = await upload(test, { size: 1_000 });
  if (begun.plan.shape !== 'single') return;
  for (const part of await signParts(begun)) {
    const { meaning } = await sendPart(begun, part);
    // Where uploads wait for their commit, a committed one is over, or its pending name is free again.
    const over = test.bench.staged === true && (meaning === 'gone' || meaning === 'done');
    check(meaning === 'exists' || over, `a second PUT is answered exists, and not ${meaning}`);
  }
  sameBytes(await test.bench.store.bytes(object.key), begun.file.bytes, 'what the store holds');
  // The commit, asked again, answers the same and removes what came to the pending name.
  if (test.bench.staged === true) await commit(begun, { answered: false });
  await unchanged(begun, object.key);
}

/** A stranger's object stands where ours should go: it is not claimed, and stays, unless nothing but the key protects. */
async function stranger(test: SignerTest, size: number): Promise<void> {
  const first = await upload(test, { size });
  const begun = await begin(test, testFile(test, { size, seed: 2 }));
  const parts = begun.plan.shape === 'session' ? [] : await signParts(begun);
  const key = keyInRequest(first, parts[0]);
  if (key === null) return;
  const theirs = bytesOf(size, 3);
  await test.bench.store.put(key, theirs);
  for (const part of parts) await sendPart(begun, part);
  const outcome = await commit(begun, { answered: false });
  if (outcome.state === 'stored') {
    equal(test.capabilities.noOverwrite[begun.plan.shape], 'key', `noOverwrite of ${begun.plan.shape}`);
    return sameBytes(await test.bench.store.bytes(key), begun.file.bytes, 'what was stored');
  }
  await begun.signer.discard(begun.plan.ticket, call);
  sameBytes(await test.bench.store.bytes(key), theirs, "the stranger's bytes");
  equal(await test.bench.store.unfinished(), 0, 'unfinished uploads');
}

/** The key in a signed URL, where it stands in the path as the key of an earlier upload did in its own. */
function keyInRequest(earlier: Uploaded, part: SignedPart | undefined): string | null {
  const [before] = earlier.begun.signed;
  if (!before || !part) return null;
  const path = decodeURIComponent(new URL(before.request.url).pathname);
  if (!path.endsWith(earlier.object.key)) return null;
  return decodeURIComponent(new URL(part.request.url).pathname).slice(
    path.length - earlier.object.key.length,
  );
}
