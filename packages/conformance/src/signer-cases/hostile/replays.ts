import { call, pass } from '../../carry/signer-test.ts';
import {
  beginStaged,
  commitAsked,
  inEveryMode,
  isWhole,
  nothingWaits,
  sendStaged,
  served,
  type Trial,
  unread,
} from '../../carry/staged.ts';
import { forSize } from '../../carry/tamper.ts';
import { type Begun, manifestOf, partBytes, sendPart, signAnew, signParts } from '../../carry/upload.ts';
import { commit, reach, storedBy } from '../../carry/whole.ts';
import { bytesOf } from '../../check/bytes.ts';
import { check, equal, present } from '../../check/check.ts';
import { fails } from '../../check/fails.ts';
import type { SignerCase } from '../../harness/signer-case.ts';
import { listing } from '../needs.ts';
import { inspection, staging } from './needs.ts';

/** Requests that were signed before a decision, sent after it. */
export const replayCases: readonly SignerCase[] = [
  {
    name: 'staged: an honest upload is stored whole, and nothing waits',
    needs: [staging],
    run: inEveryMode(honest),
  },
  { name: 'staged: nobody reads what was not committed', needs: [staging], run: inEveryMode(notCommitted) },
  { name: 'staged: an upload goes on by its ticket', needs: [staging], run: inEveryMode(goesOn) },
  {
    name: 'staged: nothing sent after the commit changes the file',
    needs: [staging],
    run: inEveryMode(afterCommit),
  },
  {
    name: 'staged: nothing sent after a refusal is readable',
    needs: [inspection],
    run: inEveryMode(afterRefusal),
  },
  {
    name: 'staged: nothing sent after a discard is readable',
    needs: [staging],
    run: inEveryMode(afterDiscard),
  },
  { name: 'staged: nothing is signed after the commit', needs: [staging], run: inEveryMode(signAfterCommit) },
  { name: 'staged: nothing is signed after a refusal', needs: [staging], run: inEveryMode(signAfterRefusal) },
  {
    name: 'staged: a discard never touches a committed file',
    needs: [staging],
    run: inEveryMode(discardAfterCommit),
  },
  {
    name: 'staged: unfinished lists what was sent and never committed',
    needs: [inspection, listing],
    run: inEveryMode(swept),
  },
];

async function honest(trial: Trial): Promise<void> {
  const begun = await sendStaged(trial);
  const object = await isWhole(trial, begun, await commit(begun));
  await nothingWaits(trial, begun);
  for (const changes of [{}, { answered: false }]) {
    equal(storedBy(await commit(begun, changes)).url, object.url, 'URL of the second commit');
  }
  const replica = trial.test.bench.signerWith({});
  equal(
    storedBy(await replica.commit(begun.plan.ticket, manifestOf(begun), call)).url,
    object.url,
    'URL by another replica',
  );
  const { stored } = await replica.resume(begun.plan.ticket, call);
  equal(stored.state, 'committed', 'what resume says of it');
}

async function notCommitted(trial: Trial): Promise<void> {
  const begun = await beginStaged(trial);
  await unread(trial, begun);
  await reach(begun, 'some');
  await unread(trial, begun);
  await reach(begun, 'all');
  await unread(trial, begun);
  const { stored } = await begun.signer.resume(begun.plan.ticket, call);
  check(stored.state !== 'committed', 'what was only sent does not resume as committed');
  await unread(trial, begun);
}

async function goesOn(trial: Trial): Promise<void> {
  const begun = await sendStaged(trial);
  const replica = trial.test.bench.signerWith({});
  const { stored } = await replica.resume(begun.plan.ticket, call);
  check(stored.state !== 'gone', 'what was sent is not gone');
  await isWhole(trial, begun, await commit({ ...begun, signer: replica }, { answered: false }));
  await nothingWaits(trial, begun);
}

/** Sends every request that was signed so far again: with other bytes of the same size, with its own, with more. */
async function replay(begun: Begun): Promise<void> {
  for (const part of [...begun.signed]) {
    const own = partBytes(begun, part.number);
    for (const bytes of [bytesOf(own.byteLength, 7), own, bytesOf(own.byteLength + 1, 7)]) {
      await sendPart(begun, forSize(part, bytes.byteLength), bytes);
    }
  }
}

async function afterCommit(trial: Trial): Promise<void> {
  const begun = await sendStaged(trial);
  const object = storedBy(await commit(begun));
  const before = await served(trial.test, object);
  await replay(begun);
  await isWhole(trial, begun, { state: 'stored', object }, before);
  const again = await commit(begun, { answered: false });
  await isWhole(trial, begun, again, before);
}

async function afterRefusal(trial: Trial): Promise<void> {
  const begun = await sendStaged(trial);
  const outcome = await commitAsked(begun, async () => ({ verdict: 'remove', reason: 'a virus' }));
  equal(outcome.state, 'refused', 'state of a commit that the owner refuses');
  await unread(trial, begun);
  await replay(begun);
  await unread(trial, begun);
  let asked = 0;
  const again = await commitAsked(begun, async () => {
    asked += 1;
    return { verdict: 'remove', reason: 'a virus' };
  });
  check(again.state !== 'stored', `what was refused is not stored the second time (asked ${asked} times)`);
  await unread(trial, begun);
}

async function afterDiscard(trial: Trial): Promise<void> {
  const begun = await sendStaged(trial);
  await begun.signer.discard(begun.plan.ticket, call);
  await unread(trial, begun);
  await nothingWaits(trial, begun);
  await replay(begun);
  await unread(trial, begun);
  await begun.signer.discard(begun.plan.ticket, call);
  await unread(trial, begun);
  await nothingWaits(trial, begun);
}

async function signAfterCommit(trial: Trial): Promise<void> {
  const begun = await sendStaged(trial);
  storedBy(await commit(begun));
  await fails(() => signAnew(begun, [1]), ['upload-ended'], trial.test.secrets, 'sign after the commit');
}

async function signAfterRefusal(trial: Trial): Promise<void> {
  const begun = await sendStaged(trial);
  const outcome = await commit(begun, { size: trial.size + 1 });
  equal(outcome.state, 'refused', 'state of a commit with another size');
  await fails(
    () => signAnew(begun, [1]),
    ['upload-ended', 'upload-gone'],
    trial.test.secrets,
    'sign after a refusal',
  );
  await unread(trial, begun);
}

async function discardAfterCommit(trial: Trial): Promise<void> {
  const begun = await sendStaged(trial);
  const outcome = await commit(begun);
  for (const signer of [begun.signer, trial.test.bench.signerWith({})]) {
    await signer.discard(begun.plan.ticket, call);
    await isWhole(trial, begun, outcome);
  }
  await replay(begun);
  await begun.signer.discard(begun.plan.ticket, call);
  await isWhole(trial, begun, await commit(begun, { answered: false }));
}

async function swept(trial: Trial): Promise<void> {
  const { bench } = trial.test;
  const begun = await sendStaged(trial);
  const kept = await sendStaged(trial, { seed: 2 });
  const object = storedBy(await commit(kept));
  await pass(bench, 1_100);
  const found: string[] = [];
  for await (const { ticket, begunAt } of bench.signer.unfinished(0, call)) {
    check(begunAt > 0, 'begunAt is a time');
    found.push(ticket);
  }
  check(found.length > 0, 'what was sent and never committed is listed');
  for (const ticket of found) await bench.signer.discard(ticket, call);
  await nothingWaits(trial, begun);
  equal(await bench.store.unfinished(), 0, 'unfinished uploads in the store');
  for await (const { ticket } of bench.signer.unfinished(0, call)) {
    check(ticket === '', 'nothing is listed after the sweep');
  }
  const outcome = await commit(begun, { answered: false });
  check(outcome.state !== 'stored', 'what was swept is not stored');
  await isWhole(trial, kept, { state: 'stored', object });
}

/** A ticket and a part that belong to another upload. */
export const mixingCases: readonly SignerCase[] = [
  {
    name: 'staged: a part of another upload is never part of this one',
    needs: [staging],
    run: inEveryMode(otherPart),
  },
  {
    name: 'staged: the ticket of another upload commits nothing',
    needs: [staging],
    run: inEveryMode(otherTicket),
  },
];

async function otherPart(trial: Trial): Promise<void> {
  const mine = await sendStaged(trial);
  const other = await beginStaged(trial, { seed: 2 });
  const [own] = await signParts(mine);
  const [theirs] = await signParts(other);
  const [mineUrl, otherUrl] = [
    present(own, 'a request').request.url,
    present(theirs, 'a request').request.url,
  ];
  const grafted = otherUrl.replace(new URL(otherUrl).pathname, new URL(mineUrl).pathname);
  if (grafted !== otherUrl && new URL(mineUrl).pathname !== new URL(otherUrl).pathname) {
    const part = present(theirs, 'a request');
    const answer = await sendPart(
      { ...other },
      { ...part, request: { ...part.request, url: grafted } },
      partBytes(other, 1),
    );
    check(answer.status === 0 || answer.status >= 400, `it is refused, and not answered by ${answer.status}`);
  }
  await unread(trial, mine);
  await isWhole(trial, mine, await commit(mine, { answered: false }));
}

async function otherTicket(trial: Trial): Promise<void> {
  const sent = await sendStaged(trial);
  const empty = await beginStaged(trial, { seed: 2 });
  const outcome = await sent.signer.commit(empty.plan.ticket, manifestOf(sent), call);
  check(outcome.state !== 'stored', 'the manifest of one upload does not commit another');
  await unread(trial, sent);
  await unread(trial, empty);
  await isWhole(trial, sent, await commit(sent));
}
