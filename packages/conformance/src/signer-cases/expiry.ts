import type { SignedPart } from '@mesibo-files/handler-core/provider';
import { type Carried, carry } from '../carry/carry.ts';
import { testFile } from '../carry/file.ts';
import { sendChunk } from '../carry/session.ts';
import { call, pass, type SignerTest } from '../carry/signer-test.ts';
import { type Begun, begin, sendPart, signAnew, signParts } from '../carry/upload.ts';
import { commit, reach, storedBy, upload } from '../carry/whole.ts';
import { alike, check, equal, present } from '../check/check.ts';
import type { SignerCase } from '../harness/signer-case.ts';
import { expiry } from './needs.ts';

/** Short enough to wait for on a store without a clock of its own, long enough for a slow machine to use the request. */
const LIFE = 2_000;
const AFTER = LIFE + 1_500;
const DAY = 86_400_000;

/** Time: requests die when they say, new ones take their place, and a wrong clock is put right. */
export const expiryCases: readonly SignerCase[] = [
  { name: 'no signed request lives longer than it was told to', run: statedLife },
  {
    name: 'an expired upload request is refused as expired, and signed anew works',
    needs: [expiry],
    run: uploads,
  },
  { name: 'an expired read request is refused as expired, and read anew works', needs: [expiry], run: reads },
  { name: 'a signer whose clock is a day off is put right by the store', needs: [expiry], run: skewed },
  { name: 'a plan states the time and how long it is kept', run: statedTime },
];

async function statedLife(test: SignerTest): Promise<void> {
  const signer = test.bench.signerWith({ timeToLive: LIFE });
  for (const size of [1, test.bench.sizes.manyParts]) {
    const begun = await begin(test, testFile(test, { size }), signer);
    if (begun.plan.shape === 'session') continue;
    for (const { request } of await signParts(begun)) {
      check(
        request.timeToLive > 0 && request.timeToLive <= LIFE,
        `a request lives ${request.timeToLive} of ${LIFE} ms`,
      );
    }
  }
}

async function uploads(test: SignerTest): Promise<void> {
  const signer = test.bench.signerWith({ timeToLive: LIFE });
  const small = await begin(test, testFile(test, { size: 100 }), signer);
  const large = await begin(test, testFile(test, { size: test.bench.sizes.manyParts }), signer);
  const pending = [small, large].filter((begun) => begun.plan.shape !== 'session');
  const signed = await Promise.all(pending.map((begun) => signParts(begun)));
  await pass(test.bench, AFTER);
  for (const [index, begun] of pending.entries()) {
    const [part] = present(signed[index], 'signed parts');
    const answer = await refusal(begun, present(part, 'a signed part'));
    equal(answer.meaning, 'expired', `meaning of the answer to an expired request (${begun.plan.shape})`);
  }
  alike(await test.bench.store.keys(), [], 'the keys in the store');
  for (const begun of pending) await finishAnew(begun);
}

/**
 * A store that refuses before it has read the body closes the connection, and may take its own words along: it is asked
 * again.
 */
async function refusal(begun: Begun, part: SignedPart): Promise<Carried> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await sendPart(begun, part);
    if (answer.body.byteLength > 0 || attempt === 3) return answer;
  }
}

async function finishAnew(begun: Begun): Promise<void> {
  for (const part of await signParts({ ...begun, plan: { ...begun.plan, signed: [] } })) {
    const answer = await sendPart(begun, part);
    equal(answer.meaning, 'done', `meaning of the answer to part ${part.number}, signed anew`);
  }
  storedBy(await commit(begun));
}

async function reads(test: SignerTest): Promise<void> {
  const { object } = await upload(test, { size: 100 });
  const signer = test.bench.signerWith({ timeToLive: LIFE });
  const plan = await signer.read(object.url, call);
  check(plan.request.timeToLive <= LIFE, 'a read request lives no longer than it was told to');
  await pass(test.bench, AFTER);
  equal((await carry(test, plan.answers, plan.request)).meaning, 'expired', 'meaning of the answer');
  const again = await signer.read(object.url, call);
  equal(
    (await carry(test, again.answers, again.request)).meaning,
    'done',
    'meaning of the answer, read anew',
  );
}

async function skewed(test: SignerTest): Promise<void> {
  for (const clockOffset of [DAY, -DAY]) {
    const signer = test.bench.signerWith({ clockOffset });
    const begun = await begin(test, testFile(test, { size: 100 }), signer).catch(() => null);
    // A signer whose own calls are put right by its SDK may well begin rightly; then there is nothing to mend.
    if (begun === null) continue;
    await sendWithMending(begun);
    storedBy(await commit(begun));
  }
}

async function sendWithMending(begun: Begun): Promise<void> {
  for (const part of await signParts(begun)) {
    const answer = await sendAll(begun, part);
    if (answer.meaning === 'done') continue;
    check(
      ['skewed', 'expired'].includes(answer.meaning),
      `a wrong clock is skewed or expired, not ${answer.meaning}`,
    );
    const storeTime = present(answer.time, 'the time of the store in its answer');
    for (const mended of await signAnew(begun, [part.number], begun.signer, storeTime)) {
      equal(
        (await sendAll(begun, mended)).meaning,
        'done',
        'meaning of the answer, signed by the time of the store',
      );
    }
  }
}

/** Sends a part, or a session's whole file as its one chunk. */
async function sendAll(begun: Begun, part: SignedPart): Promise<Carried> {
  if (begun.plan.shape !== 'session') return await sendPart(begun, part);
  return await sendChunk(begun, part.request, 0, begun.file.bytes);
}

async function statedTime(test: SignerTest): Promise<void> {
  const begun = await begin(test, testFile(test, { size: test.bench.sizes.onePart }));
  check(Number.isFinite(begun.plan.serverTime) && begun.plan.serverTime > 0, 'serverTime is a time');
  check(begun.plan.keptFor >= 3_600_000, 'an unfinished upload is kept for an hour at least');
  await reach(begun, 'all');
  storedBy(await commit(begun));
}
