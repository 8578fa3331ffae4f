import type { Manifest, SignedRequest } from '@mesibo-files/handler-core/provider';
import { testFile } from '../../carry/file.ts';
import { askOffset, sendChunk, sendSession, sessionRequest } from '../../carry/session.ts';
import { call } from '../../carry/signer-test.ts';
import {
  beginStaged,
  inEveryMode,
  isWhole,
  type Served,
  sendStaged,
  served,
  type Trial,
  unread,
} from '../../carry/staged.ts';
import { forSize } from '../../carry/tamper.ts';
import {
  type Begun,
  begin as beginPlain,
  manifestOf,
  partBytes,
  sendPart,
  signAnew,
  signParts,
} from '../../carry/upload.ts';
import { commit, reach, storedBy } from '../../carry/whole.ts';
import { bytesOf } from '../../check/bytes.ts';
import { check, equal, sameBytes } from '../../check/check.ts';
import type { SignerCase } from '../../harness/signer-case.ts';
import { staging } from './needs.ts';

/** What a client says that is not so, in a commit, in headers and in bytes. */
export const lyingCases: readonly SignerCase[] = [
  {
    name: 'staged: a second commit with other facts refuses, and removes nothing',
    needs: [staging],
    run: inEveryMode(otherFacts),
  },
  {
    name: 'staged: a commit with another size stores nothing',
    needs: [staging],
    run: inEveryMode(otherSize),
  },
  { name: 'staged: more bytes than planned are never read', needs: [staging], run: inEveryMode(moreBytes) },
  {
    name: 'staged: headers that nobody signed change nothing',
    needs: [staging],
    run: inEveryMode(addedHeaders),
  },
  {
    name: 'staged: type and sender are what begin was told',
    needs: [staging],
    run: inEveryMode(changedHeaders),
  },
  {
    name: 'staged: HTML with the type of an image is served as that type',
    needs: [staging],
    run: inEveryMode(html),
  },
];

/** Trusted clients too: the holder of a ticket commits again with another size. */
export const secondCommitCase: SignerCase = {
  name: 'a second commit with another size refuses, and removes nothing',
  run: async (test) => {
    for (const size of [1_000, test.bench.sizes.manyParts]) {
      const begun = await beginTrusted(test, size);
      const object = storedBy(await commit(begun));
      for (const answered of [true, false]) {
        const outcome = await commit(begun, { size: size + 1, answered });
        equal(outcome.state, 'refused', 'state of a second commit with another size');
        sameBytes(await test.bench.store.bytes(object.key), begun.file.bytes, 'what the store holds');
      }
      equal(storedBy(await commit(begun)).url, object.url, 'URL of a third commit');
    }
  },
};

async function beginTrusted(test: Trial['test'], size: number): Promise<Begun> {
  const begun = await beginPlain(test, testFile(test, { size }));
  await reach(begun, 'all');
  return begun;
}

async function otherFacts(trial: Trial): Promise<void> {
  const begun = await sendStaged(trial);
  const object = storedBy(await commit(begun));
  const before = await served(trial.test, object);
  const { parts } = manifestOf(begun);
  const lies: readonly Partial<Manifest>[] = [
    { size: trial.size + 1 },
    { size: trial.size - 1 },
    { size: 0, parts: [] },
    ...(parts.length > 1 ? [{ size: trial.size - 1, parts: parts.slice(1) }] : []),
  ];
  for (const lie of lies) {
    for (const answered of [true, false]) {
      const outcome = await commit(begun, { ...lie, answered });
      equal(outcome.state, 'refused', `state of a second commit with ${JSON.stringify(Object.keys(lie))}`);
      await isWhole(trial, begun, { state: 'stored', object }, before);
    }
  }
  await signAnew(begun, [1]).catch(() => []);
  // Digests are compared where the store tells any.
  const forged = await commit(begun, { ...forgedDigests(begun), answered: false });
  check(
    forged.state === 'refused' || forged.state === 'stored',
    `forged digests do not end as ${forged.state}`,
  );
  await isWhole(trial, begun, await commit(begun), before);
}

function forgedDigests(begun: Begun): Partial<Manifest> {
  const other = { ...begun, file: { ...begun.file, bytes: bytesOf(begun.file.bytes.byteLength, 8) } };
  const { digests, parts } = manifestOf(other);
  return { digests, parts };
}

async function otherSize(trial: Trial): Promise<void> {
  for (const size of [trial.size + 1, trial.size - 1, 0]) {
    const begun = await sendStaged(trial);
    const outcome = await commit(begun, { size });
    check(outcome.state !== 'stored', 'a commit with another size than was planned is not stored');
    await unread(trial, begun);
  }
}

async function moreBytes(trial: Trial): Promise<void> {
  const begun = await beginStaged(trial);
  if (begun.plan.shape === 'session') {
    await sendChunk(begun, await sessionRequest(begun), 0, bytesOf(trial.size + 1, 3));
    await unread(trial, begun);
    return;
  }
  for (const part of await signParts(begun)) {
    const bytes = bytesOf(partBytes(begun, part.number).byteLength + 1, 3);
    await sendPart(begun, part, bytes);
    await sendPart(begun, forSize(part, bytes.byteLength), bytes);
  }
  await unread(trial, begun);
  const outcome = await commit(begun, { answered: false });
  check(outcome.state !== 'stored', 'what has more bytes than were planned is not stored');
  await unread(trial, begun);
}

/** Headers that would change what a store keeps or serves, if it heeded them unsigned. */
const ADDED: Readonly<Record<string, string>> = {
  'content-encoding': 'gzip',
  'content-language': 'xx',
  'content-disposition': 'inline; filename="page.html"',
  'cache-control': 'public, max-age=31536000',
  'x-amz-acl': 'public-read',
  'x-amz-meta-mesibouid': '1',
  'x-amz-website-redirect-location': 'https://example.com/',
  'x-goog-acl': 'public-read',
  'x-goog-meta-mesibouid': '1',
  'x-ms-blob-content-type': 'text/html',
  'x-ms-blob-content-encoding': 'gzip',
  'x-ms-blob-cache-control': 'public, max-age=31536000',
  'x-ms-blob-content-disposition': 'inline',
  'x-ms-meta-mesibouid': '1',
  'x-memory-meta-mesibouid': '1',
};

/** What an honest upload of the same file is served as. */
async function honestly(trial: Trial): Promise<Served> {
  const begun = await sendStaged(trial);
  return served(trial.test, storedBy(await commit(begun)));
}

async function addedHeaders(trial: Trial): Promise<void> {
  const like = await honestly(trial);
  if (trial.size > 1_000) {
    const begun = await beginStaged(trial);
    for (const header of Object.entries(ADDED)) await sendWith(begun, Object.fromEntries([header]));
    await settle(trial, begun, like);
    return;
  }
  for (const header of Object.entries(ADDED)) {
    const begun = await beginStaged(trial);
    await sendWith(begun, Object.fromEntries([header]));
    await unread(trial, begun);
    await settle(trial, begun, like);
  }
}

async function changedHeaders(trial: Trial): Promise<void> {
  const like = await honestly(trial);
  const lies: Readonly<Record<string, string>> = { 'content-type': 'text/html' };
  const [first] = await signParts(await beginStaged(trial));
  const signed = Object.keys(first?.request.headers ?? {}).filter((name) => name.includes('mesibo'));
  const changes = [lies, ...signed.map((name) => ({ [name]: '1' }))];
  for (const change of changes) {
    const begun = await beginStaged(trial);
    await sendWith(begun, change);
    await unread(trial, begun);
    await settle(trial, begun, like);
  }
}

const PAGE = '<!doctype html><script>alert(document.domain)</script>';

async function html(trial: Trial): Promise<void> {
  const page = bytesOf(trial.size, 1).fill(0x20);
  page.set(new TextEncoder().encode(PAGE));
  // What begin signed is for other bytes.
  const beginPage = async (): Promise<Begun> => {
    const { plan, file, ...begun } = await beginStaged(trial, { contentType: 'image/png' });
    return { ...begun, plan: { ...plan, signed: [] }, file: { ...file, bytes: page } };
  };
  const honest = await beginPage();
  await reach(honest, 'all');
  const like = await served(trial.test, storedBy(await commit(honest)));
  check(like.contentType === 'image/png', 'an image is served as an image');
  const begun = await beginPage();
  if (begun.plan.shape !== 'session') {
    for (const part of await signAnew(begun, [1])) {
      const headers = {
        ...part.request.headers,
        'content-type': 'text/html',
        'x-ms-blob-content-type': 'text/html',
      };
      await sendPart(begun, { ...part, request: { ...part.request, headers } });
    }
  }
  await settle(trial, begun, like);
}

/** Sends the first of the upload with headers changed, as far as the store takes it. */
async function sendWith(begun: Begun, headers: Readonly<Record<string, string>>): Promise<void> {
  const changed = (request: SignedRequest): SignedRequest => ({
    ...request,
    headers: { ...request.headers, ...headers },
  });
  if (begun.plan.shape === 'session') {
    const first = begun.file.bytes.subarray(0, begun.plan.chunkSize);
    await sendChunk(begun, changed(await sessionRequest(begun)), 0, first);
    return;
  }
  const [part] = await signParts(begun, [1]);
  if (part !== undefined) await sendPart(begun, { ...part, request: changed(part.request) });
}

/** Sends honestly what is missing still, and commits: nothing of the lie is kept, or nothing is stored. */
async function settle(trial: Trial, begun: Begun, like: Served): Promise<void> {
  await sendRest(begun);
  const outcome = await commit(begun, { answered: false });
  if (outcome.state === 'stored') await isWhole(trial, begun, outcome, like);
  else await unread(trial, begun);
}

async function sendRest(begun: Begun): Promise<void> {
  if (begun.plan.shape !== 'session') {
    for (const part of await signParts(begun)) await sendPart(begun, part);
    return;
  }
  const { stored } = await begun.signer.resume(begun.plan.ticket, call);
  const offset = stored.state === 'offset' ? (stored.offset ?? (await askOffset(begun))) : null;
  if (offset !== null && offset < begun.file.bytes.byteLength) await sendSession(begun, offset);
}
