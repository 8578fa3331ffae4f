import { TransferError } from '@mesibo-files/handler-core';
import type { Commit, PendingObject, Verdict } from '@mesibo-files/handler-core/provider';
import { carry } from '../../carry/carry.ts';
import { call } from '../../carry/signer-test.ts';
import {
  commitAsked,
  inEveryMode,
  isWhole,
  nothingWaits,
  sendStaged,
  type Trial,
  unread,
} from '../../carry/staged.ts';
import { type Begun, manifestOf } from '../../carry/upload.ts';
import { commit } from '../../carry/whole.ts';
import { check, equal, present, sameBytes } from '../../check/check.ts';
import { fails } from '../../check/fails.ts';
import type { SignerCase } from '../../harness/signer-case.ts';
import { inspection, staging } from './needs.ts';

const keep = async (): Promise<Verdict> => ({ verdict: 'keep' });
const remove = async (): Promise<Verdict> => ({ verdict: 'remove', reason: 'Ünwanted: a virus' });
const later = async (): Promise<Verdict> => ({ verdict: 'later', retryAfter: 1_234 });

/** The owner looks at an upload before anybody can read it, and what was decided is decided. */
export const ownerCases: readonly SignerCase[] = [
  { name: 'staged: the owner sees what waits, and keeps it', needs: [inspection], run: inEveryMode(kept) },
  { name: 'staged: the owner removes what waits, for good', needs: [inspection], run: inEveryMode(removed) },
  {
    name: 'staged: an owner who has not decided is asked again',
    needs: [inspection],
    run: inEveryMode(undecided),
  },
  { name: 'staged: an owner who fails changes nothing', needs: [inspection], run: inEveryMode(failing) },
  {
    name: 'staged: of several commits at once each tells the same',
    needs: [staging],
    run: inEveryMode(atOnce),
  },
  {
    name: 'staged: of a commit and a refusal at once one is true',
    needs: [inspection],
    run: inEveryMode(contradicted),
  },
];

async function kept(trial: Trial): Promise<void> {
  const begun = await sendStaged(trial, { secure: true });
  const seen: PendingObject[] = [];
  const outcome = await commitAsked(begun, async (pending) => {
    seen.push(pending);
    await unread(trial, begun);
    if (trial.staging === 'readable') check(pending.read !== null, 'what was begun as readable can be read');
    if (pending.read !== null)
      sameBytes(await readPending(trial, pending), begun.file.bytes, 'what the owner reads');
    return { verdict: 'keep' };
  });
  const object = await isWhole(trial, begun, outcome);
  equal(seen.length, 1, 'how often the owner was asked');
  const asked = present(seen[0], 'a pending object');
  const { contentType, name, uid } = begun.file.facts;
  equal(asked.url, object.url, 'URL that the owner is told');
  equal(asked.key, object.key, 'key that the owner is told');
  equal(asked.size, trial.size, 'size that the owner is told');
  equal(asked.contentType, contentType, 'type that the owner is told');
  equal(asked.name, name, 'name that the owner is told');
  equal(asked.sender?.uid, uid, 'sender that the owner is told');
  equal(asked.sender?.secure, true, 'protection that the owner is told');
  await isWhole(trial, begun, await commitAsked(begun, remove));
  await nothingWaits(trial, begun);
}

async function readPending(trial: Trial, pending: PendingObject): Promise<Uint8Array> {
  const plan = await present(pending.read, 'a way to read')(call);
  trial.test.secrets.addUrl(plan.request.url);
  return (await carry(trial.test, plan.answers, plan.request)).body;
}

async function removed(trial: Trial): Promise<void> {
  const begun = await sendStaged(trial);
  const outcome = await commitAsked(begun, remove);
  check(outcome.state === 'refused', `what the owner removes is refused, not ${outcome.state}`);
  equal(outcome.code, 'forbidden', 'code of what the owner removes');
  equal(outcome.reason, 'Ünwanted: a virus', 'reason of what the owner removes');
  await unread(trial, begun);
  await nothingWaits(trial, begun);
  for (const inspect of [keep, remove]) {
    const again = await commitAsked(begun, inspect, { answered: false });
    check(again.state === 'refused' || again.state === 'gone', `it stays refused, and is not ${again.state}`);
    await unread(trial, begun);
  }
  const { stored } = await begun.signer
    .resume(begun.plan.ticket, call)
    .catch(() => ({ stored: { state: 'gone' } }));
  check(stored.state !== 'committed', 'what was refused does not resume as committed');
}

async function undecided(trial: Trial): Promise<void> {
  const begun = await sendStaged(trial);
  for (let times = 0; times < 2; times++) {
    const outcome = await commitAsked(begun, later, { answered: times === 0 });
    check(outcome.state === 'pending', `an undecided commit is pending, not ${outcome.state}`);
    equal(outcome.retryAfter, 1_234, 'when to ask again');
    await unread(trial, begun);
  }
  await isWhole(trial, begun, await commitAsked(begun, keep, { answered: false }));
  await nothingWaits(trial, begun);
}

async function failing(trial: Trial): Promise<void> {
  const begun = await sendStaged(trial);
  const fail = async (): Promise<never> => {
    throw new TransferError('server-error', 'The scanner is not there.');
  };
  await fails(
    () => commitAsked(begun, fail),
    ['server-error'],
    trial.test.secrets,
    'commit with a failing owner',
  );
  await unread(trial, begun);
  await isWhole(trial, begun, await commitAsked(begun, keep, { answered: false }));
}

async function atOnce(trial: Trial): Promise<void> {
  const begun = await sendStaged(trial);
  const replica = trial.test.bench.signerWith({});
  const outcomes = await Promise.all(
    [begun.signer, replica, begun.signer].map((signer) => attempt(begun, signer, keep)),
  );
  for (const outcome of outcomes) {
    check(
      outcome === null || outcome.state === 'stored' || outcome.state === 'pending',
      `each is stored, or to be asked again, and not ${outcome?.state}`,
    );
  }
  await isWhole(trial, begun, await commit(begun, { answered: false }));
  await nothingWaits(trial, begun);
}

async function contradicted(trial: Trial): Promise<void> {
  const begun = await sendStaged(trial);
  const replica = trial.test.bench.signerWith({});
  const outcomes = await Promise.all([attempt(begun, begun.signer, keep), attempt(begun, replica, remove)]);
  const final = await commitAsked(begun, keep, { answered: false });
  if (outcomes.some((outcome) => outcome?.state === 'stored')) await isWhole(trial, begun, final);
  else {
    check(final.state !== 'stored', 'what was refused is not stored afterwards');
    await unread(trial, begun);
  }
  const states = outcomes.map((outcome) => outcome?.state);
  check(!(states.includes('stored') && states.includes('refused')), 'no two commits tell different ends');
}

/** One of several commits; null where it must be tried again. */
async function attempt(
  begun: Begun,
  signer: Begun['signer'],
  inspect: () => Promise<Verdict>,
): Promise<Commit | null> {
  const asked = begun.test.capabilities.staging ? { ...call, inspect } : call;
  try {
    return await signer.commit(begun.plan.ticket, manifestOf(begun), asked);
  } catch (error) {
    if (TransferError.is(error) && error.retryable) return null;
    throw error;
  }
}
