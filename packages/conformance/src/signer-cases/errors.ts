import type { Signer } from '@mesibo-files/handler-core';
import type { AnswerReading } from '@mesibo-files/handler-core/provider';
import type { Carried } from '../carry/carry.ts';
import { testFile } from '../carry/file.ts';
import { call, type SignerTest } from '../carry/signer-test.ts';
import { type Begun, begin, manifestOf, sendPart, signParts } from '../carry/upload.ts';
import { commit, reach, upload } from '../carry/whole.ts';
import { check, equal, present } from '../check/check.ts';
import { fails } from '../check/fails.ts';
import type { SignerCase } from '../harness/signer-case.ts';
import { severalRequests } from './needs.ts';

/** Every fault has its code, and no error tells a secret. */
export const errorCases: readonly SignerCase[] = [
  { name: 'wrong credentials are credentials-wrong', run: (test) => fault(test, 'wrongCredentials') },
  { name: 'a missing bucket is bucket-not-found', run: (test) => fault(test, 'missingBucket') },
  { name: 'a ticket of garbage is invalid-argument', run: garbage },
  { name: 'a ticket with one character changed is refused or harmless', run: forged },
  { name: 'a call that was stopped rejects with stopped', run: stopped },
  { name: 'an upload that the store dropped is gone', needs: [severalRequests], run: gone },
  { name: 'the rules of answers are well formed', run: rules },
];

const EXPECTED = { wrongCredentials: 'credentials-wrong', missingBucket: 'bucket-not-found' } as const;

/** The fault shows in the signer's own calls, or in the store's answer to what it signed; always by the same code. */
async function fault(test: SignerTest, kind: keyof typeof EXPECTED): Promise<void> {
  const expected = EXPECTED[kind];
  for (const size of [100, test.bench.sizes.manyParts]) {
    const signer = test.bench.broken[kind]();
    const file = testFile(test, { size });
    let begun: Begun;
    try {
      begun = await begin(test, file, signer);
    } catch (error) {
      await fails(() => Promise.reject(error), [expected], test.secrets, `begin of ${size} bytes`);
      continue;
    }
    const answer = await sendPart(begun, present((await signParts(begun))[0], 'a signed part'));
    check(
      answer.meaning === 'refused' || answer.meaning === 'gone',
      `the answer is a refusal, not ${answer.meaning}`,
    );
    equal(answer.error, expected, 'error that the rules of the plan name for the answer');
    await fails(
      () => commit(begun, { answered: false }),
      [expected],
      test.secrets,
      `commit of ${size} bytes`,
    );
  }
}

async function garbage(test: SignerTest): Promise<void> {
  const { signer } = test.bench;
  const good = await begin(test, testFile(test, { size: test.bench.sizes.manyParts }));
  const tickets = [
    '',
    'x',
    '{}',
    'null',
    '[]',
    'eyJhbGciOiJub25lIn0.e30.',
    '\u0000',
    '../../etc/passwd',
    'A'.repeat(100_000),
  ];
  for (const ticket of tickets) {
    for (const [method, run] of ticketCalls(signer, good, ticket)) {
      await fails(
        run,
        ['invalid-argument'],
        test.secrets,
        `${method} with the ticket ${JSON.stringify(ticket.slice(0, 30))}`,
      );
    }
  }
}

function ticketCalls(
  signer: Signer,
  begun: Begun,
  ticket: string,
): readonly (readonly [string, () => Promise<unknown>])[] {
  const wanted = [{ number: 1, size: 1, digests: {} }];
  return [
    ['sign', () => signer.sign(ticket, wanted, call)],
    ['resume', () => signer.resume(ticket, call)],
    ['commit', () => signer.commit(ticket, manifestOf(begun), call)],
    ['discard', () => signer.discard(ticket, call)],
  ];
}

async function forged(test: SignerTest): Promise<void> {
  const kept = await upload(test, { size: 100 });
  const begun = await begin(test, testFile(test, { size: 100, seed: 2 }));
  const { ticket } = begun.plan;
  for (const at of [0, Math.floor(ticket.length / 2), ticket.length - 1]) {
    const other = ticket.slice(0, at) + (ticket[at] === 'A' ? 'B' : 'A') + ticket.slice(at + 1);
    for (const [, run] of ticketCalls(begun.signer, begun, other)) {
      await run().catch((error: unknown) => test.secrets.scanError(error));
    }
  }
  check((await test.bench.store.keys()).includes(kept.object.key), 'no other object was harmed');
  await reach(begun, 'all');
  equal(
    (await commit(begun, { answered: false })).state,
    'stored',
    'state of the upload whose ticket is whole',
  );
}

async function stopped(test: SignerTest): Promise<void> {
  const { begun, object } = await upload(test, { size: 100 });
  const { signer } = test.bench;
  const ended = { signal: AbortSignal.abort() };
  const { ticket } = begun.plan;
  const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['begin', () => signer.begin(begun.file.facts, ended)],
    ['sign', () => signer.sign(ticket, [{ number: 1, size: 100, digests: {} }], ended)],
    ['resume', () => signer.resume(ticket, ended)],
    ['commit', () => signer.commit(ticket, manifestOf(begun), ended)],
    ['read', () => signer.read(object.url, ended)],
    ['remove', () => signer.remove(object.url, ended)],
  ];
  for (const [method, run] of calls) await fails(run, ['stopped'], test.secrets, `${method} after the stop`);
  check((await test.bench.store.keys()).includes(object.key), 'a stopped remove removes nothing');
}

async function gone(test: SignerTest): Promise<void> {
  const begun = await begin(test, testFile(test, { size: test.bench.sizes.manyParts }));
  await reach(begun, 'some');
  await test.bench.store.dropUnfinished();
  const { stored } = await begun.signer.resume(begun.plan.ticket, call);
  equal(stored.state, 'gone', 'state by resume');
  if (begun.plan.shape === 'parts') {
    const answer = await answeredPart(begun);
    if (test.capabilities.partBound === 'commit') equal(answer.meaning, 'done', 'meaning of the answer');
    else {
      equal(answer.meaning, 'gone', 'meaning of the answer to a part');
      equal(answer.error, 'upload-gone', 'error that the rules of the plan name for it');
    }
  }
  equal((await commit(begun, { answered: false })).state, 'gone', 'state by commit');
  await begun.signer.discard(begun.plan.ticket, call);
}

/** A store may answer before it has read the part, and close: then the answer can be lost, and is asked for again. */
async function answeredPart(begun: Begun): Promise<Carried> {
  for (let tries = 1; ; tries += 1) {
    const answer = await sendPart(begun, present((await signParts(begun))[0], 'a signed part'));
    if (answer.status !== 0 || tries === 5) return answer;
  }
}

async function rules(test: SignerTest): Promise<void> {
  const { begun, object } = await upload(test, { size: 100 });
  const read = await test.bench.signer.read(object.url, call);
  for (const answers of [begun.plan.answers, read.answers]) checkRules(answers);
}

function checkRules(answers: AnswerReading): void {
  for (const { status } of answers.rules) {
    const [first, last] = typeof status === 'number' ? [status, status] : status;
    check(first >= 100 && last <= 599 && first <= last, `${first} to ${last} are statuses`);
  }
  for (const source of answers.code) {
    check(
      source.in === 'header' ? source.name !== '' : source.after !== '' && source.before !== '',
      'a code is found',
    );
  }
}
