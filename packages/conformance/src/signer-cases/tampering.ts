import { carry } from '../carry/carry.ts';
import { testFile } from '../carry/file.ts';
import { sendSession, sessionRequest } from '../carry/session.ts';
import { call, type SignerTest } from '../carry/signer-test.ts';
import { otherHeaders, otherMethods, otherPaths, otherQueries, type Tampered } from '../carry/tamper.ts';
import { type Begun, begin, partBytes, sendPart, signParts } from '../carry/upload.ts';
import { commit, reach, storedBy, upload } from '../carry/whole.ts';
import { alike, check, equal, present, sameBytes } from '../check/check.ts';
import type { SignerCase } from '../harness/signer-case.ts';
import { digests, partsShape, severalRequests } from './needs.ts';

type Changes = (request: Tampered['request']) => readonly Tampered[];

const KINDS: readonly (readonly [name: string, changes: Changes])[] = [
  ['another method', otherMethods],
  ['another path', otherPaths],
  ['another query', otherQueries],
  ['other headers', otherHeaders],
];

/** A signed request is good for what was signed and for nothing else. */
export const tamperingCases: readonly SignerCase[] = [
  ...KINDS.flatMap(([name, changes]) => [
    {
      name: `an upload request with ${name} is refused`,
      run: (test: SignerTest) => refusedUpload(test, 1_000, changes),
    },
    {
      name: `a request of several with ${name} is refused`,
      needs: [severalRequests],
      run: (test: SignerTest) => refusedUpload(test, test.bench.sizes.manyParts, changes),
    },
    {
      name: `a read request with ${name} is refused`,
      run: (test: SignerTest) => refusedRead(test, changes),
    },
  ]),
  { name: 'a part is not taken for another part', needs: [partsShape, digests], run: partForPart },
  { name: 'a part is not taken for another upload', needs: [partsShape], run: partForUpload },
];

async function refusedUpload(test: SignerTest, size: number, changes: Changes): Promise<void> {
  const begun = await begin(test, testFile(test, { size }));
  if (begun.plan.shape === 'session') return await refusedSession(begun, changes);
  const part = present((await signParts(begun))[0], 'a signed part');
  const bytes = partBytes(begun, part.number);
  let dead = false;
  for (const tampered of changes(part.request)) {
    const { status } = await carry(test, begun.plan.answers, tampered.request, bytes);
    if (status === 0 || status >= 400) continue;
    const must = mustRefuse(test, tampered, begun.plan.shape === 'parts');
    check(!must, `the store refuses ${tampered.what}, and does not answer ${status}`);
    dead = true;
  }
  if (dead) return await neverWrong(begun);
  alike(await test.bench.store.keys(), [], 'the keys in the store after refusals');
  await reach(begun, 'all');
  storedBy(await commit(begun));
}

/** What is not signed (headers where the type is bound at commit, a part's number) must be found at commit. */
function mustRefuse({ capabilities }: SignerTest, { kind }: Tampered, parts: boolean): boolean {
  if (kind === 'query' && parts) return capabilities.partBound === 'signature';
  return kind === 'type' || kind === 'header' ? capabilities.typeBound === 'signature' : true;
}

/** A commit that stores has stored the file as it was planned, whatever was let through. */
async function neverWrong(begun: Begun): Promise<void> {
  const { test, file } = begun;
  const outcome = await commit(begun, { answered: false });
  if (outcome.state === 'refused')
    return alike(await test.bench.store.keys(), [], 'the keys after a refusal');
  if (outcome.state !== 'stored') return;
  const facts = await test.bench.store.facts(outcome.object.key);
  equal(facts.contentType, file.facts.contentType, 'content type of what was stored');
  sameBytes(await test.bench.store.bytes(outcome.object.key), file.bytes, 'what was stored');
}

async function refusedSession(begun: Begun, changes: Changes): Promise<void> {
  const request = await sessionRequest(begun);
  for (const tampered of changes(request).filter(({ kind }) => kind === 'path' || kind === 'query')) {
    const { status } = await carry(
      begun.test,
      begun.plan.answers,
      tampered.request,
      begun.file.bytes.subarray(0, 1),
    );
    check(status === 0 || status >= 400, `the store refuses ${tampered.what}, and does not answer ${status}`);
  }
  await sendSession(begun);
  const object = storedBy(await commit(begun));
  sameBytes(await begun.test.bench.store.bytes(object.key), begun.file.bytes, 'what the store holds');
}

async function refusedRead(test: SignerTest, changes: Changes): Promise<void> {
  const { file, object } = await upload(test, { size: 1_000 });
  await upload(test, { size: 1_000, seed: 2 });
  const plan = await test.bench.signer.read(object.url, call);
  const before = await test.bench.store.keys();
  for (const tampered of changes(plan.request)) {
    const answer = await carry(test, plan.answers, tampered.request);
    if (answer.status === 0 || answer.status >= 400) continue;
    // A header that only narrows what is answered (the version) may be left out by whoever may read anyway.
    check(
      tampered.kind === 'header',
      `the store refuses ${tampered.what}, and does not answer ${answer.status}`,
    );
    sameBytes(answer.body, file.bytes, `what ${tampered.what} reads`);
  }
  alike(await test.bench.store.keys(), before, 'the keys in the store');
  sameBytes(await test.bench.store.bytes(object.key), file.bytes, 'the bytes in the store');
}

async function partForPart(test: SignerTest): Promise<void> {
  const begun = await begin(test, testFile(test, { size: test.bench.sizes.manyParts }));
  if (begun.plan.shape !== 'parts') return;
  const [first, second] = await signParts(begun);
  await reach(begun, 'all');
  await sendPart(begun, present(first, 'part 1'), partBytes(begun, 2));
  await sendPart(begun, present(second, 'part 2'), partBytes(begun, 1));
  await neverWrong(begun);
}

async function partForUpload(test: SignerTest): Promise<void> {
  const size = test.bench.sizes.manyParts;
  const mine = await begin(test, testFile(test, { size }));
  const other = await begin(test, testFile(test, { size, seed: 2 }));
  if (mine.plan.shape !== 'parts') return;
  await reach(mine, 'all');
  const part = present((await signParts(other))[0], 'part 1 of the other upload');
  const graft = {
    ...part.request,
    url: withPathOf(part.request.url, (await signParts(mine))[0]?.request.url ?? ''),
  };
  const { status } = await carry(test, mine.plan.answers, graft, partBytes(other, 1));
  check(
    status === 0 || status >= 400,
    `a signature for another upload is refused, and not answered by ${status}`,
  );
  await neverWrong(mine);
}

function withPathOf(url: string, other: string): string {
  return url.replace(new URL(url).pathname, new URL(other).pathname);
}
