import { carry } from '../carry/carry.ts';
import { call, type SignerTest } from '../carry/signer-test.ts';
import { download, upload } from '../carry/whole.ts';
import { bytesOf } from '../check/bytes.ts';
import { check, equal, present, sameBytes } from '../check/check.ts';
import { digestsOf } from '../check/digests.ts';
import { fails } from '../check/fails.ts';
import type { SignerCase } from '../harness/signer-case.ts';

/** Reading: whole, in ranges, and never two versions in one file. */
export const downloadCases: readonly SignerCase[] = [
  { name: 'a read plan states what the store holds', run: factsAgree },
  { name: 'a bare read plan works with no header at all', run: bare },
  { name: 'ranges give exactly the bytes asked for', run: ranges },
  { name: 'a read plan is bound to the version it states', run: boundToVersion },
  { name: 'a version changes when the bytes change', run: versionChanges },
  { name: 'the stated integrity is that of the bytes', run: integrity },
  { name: 'a file URL of nothing is object-not-found', run: nothingThere },
  { name: 'an object that goes after read answers gone', run: goesAfterRead },
];

async function factsAgree(test: SignerTest): Promise<void> {
  const { file, object } = await upload(test, { size: test.bench.sizes.onePart });
  const plan = await test.bench.signer.read(object.url, call);
  test.secrets.addUrl(plan.request.url);
  equal(plan.request.method, 'GET', 'method of the read request');
  equal(plan.size, file.bytes.byteLength, 'size');
  equal(plan.contentType, file.facts.contentType, 'content type');
  equal(plan.name, file.facts.name, 'name');
  // A commit that needed no request of its own was told no version.
  if (object.version !== null) equal(plan.version, object.version, 'version, by read and by the commit');
  check(plan.request.timeToLive > 0, 'a read request lives for a while');
  const answer = await carry(test, plan.answers, plan.request);
  equal(answer.meaning, 'done', 'meaning of the answer');
  sameBytes(answer.body, file.bytes, 'the bytes');
}

/** As a redirect has it. */
async function bare(test: SignerTest): Promise<void> {
  const { file, object } = await upload(test, { size: test.bench.sizes.onePart });
  const plan = await test.bench.signer.read(object.url, { ...call, bare: true });
  test.secrets.addUrl(plan.request.url);
  equal(Object.keys(plan.request.headers).length, 0, 'number of headers of a bare read request');
  const answer = await carry(test, plan.answers, plan.request);
  equal(answer.meaning, 'done', 'meaning of the answer');
  sameBytes(answer.body, file.bytes, 'the bytes');
}

async function ranges(test: SignerTest): Promise<void> {
  const { file, object } = await upload(test, { size: test.bench.sizes.onePart });
  const plan = await test.bench.signer.read(object.url, call);
  if (!plan.ranges)
    return equal((await download(test, object.url, 'bytes=0-0')).status, 200, 'status without ranges');
  const end = file.bytes.byteLength - 1;
  for (const [first, last] of [
    [0, 0],
    [1, 1],
    [0, end],
    [end, end],
    [3, Math.min(end, 1000)],
  ] as const) {
    const answer = await download(test, object.url, `bytes=${first}-${last}`);
    equal(answer.status, 206, `status of bytes=${first}-${last}`);
    equal(answer.headers['content-range'], `bytes ${first}-${last}/${end + 1}`, 'content-range');
    sameBytes(answer.body, file.bytes.subarray(first, last + 1), `bytes ${first} to ${last}`);
  }
  const beyond = await download(test, object.url, `bytes=${end + 2}-${end + 9}`);
  equal(beyond.status, 416, 'status of a range beyond the end');
}

async function boundToVersion(test: SignerTest): Promise<void> {
  const { object } = await upload(test, { size: test.bench.sizes.onePart });
  const plan = await test.bench.signer.read(object.url, call);
  if (plan.version === null) return equal(object.version, null, 'version of a store without versions');
  await test.bench.store.put(object.key, bytesOf(test.bench.sizes.onePart, 9));
  for (const range of [undefined, 'bytes=0-9']) {
    const headers = range === undefined ? plan.request.headers : { ...plan.request.headers, range };
    const answer = await carry(test, plan.answers, { ...plan.request, headers });
    equal(answer.meaning, 'changed', `meaning of the answer after an overwrite (${range ?? 'whole'})`);
  }
}

async function versionChanges(test: SignerTest): Promise<void> {
  const { object } = await upload(test, { size: 100 });
  const before = await test.bench.signer.read(object.url, call);
  if (before.version === null) return equal(object.version, null, 'version of a store without versions');
  await test.bench.store.put(object.key, bytesOf(100, 9));
  const after = await test.bench.signer.read(object.url, call);
  check(after.version !== before.version, 'other bytes of the same size are another version');
}

async function integrity(test: SignerTest): Promise<void> {
  for (const size of [0, test.bench.sizes.onePart, test.bench.sizes.manyParts + 1]) {
    const { file, object } = await upload(test, { size });
    const plan = await test.bench.signer.read(object.url, call);
    const stated = plan.integrity;
    if (stated.kind === 'whole') {
      const own = digestsOf(file.bytes, Object.keys(stated.digests) as (keyof typeof stated.digests)[]);
      for (const [name, value] of Object.entries(stated.digests)) {
        equal(value, own[name as keyof typeof own], `${name} of ${size} bytes`);
      }
      check(Object.keys(stated.digests).length > 0, 'integrity by whole digests names at least one');
    }
    if (stated.kind === 'pieces') {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < size; at += stated.pieceSize) {
        const digest = digestsOf(file.bytes.subarray(at, at + stated.pieceSize), [stated.algorithm])[
          stated.algorithm
        ];
        pieces.push(Buffer.from(present(digest, 'a digest'), 'base64'));
      }
      const combined = digestsOf(Buffer.concat(pieces), [stated.algorithm])[stated.algorithm];
      equal(stated.combined, combined, `combined ${stated.algorithm} of ${size} bytes`);
    }
  }
}

async function nothingThere(test: SignerTest): Promise<void> {
  const { object } = await upload(test, { size: 1 });
  await test.bench.store.remove(object.key);
  await fails(
    () => test.bench.signer.read(object.url, call),
    ['object-not-found'],
    test.secrets,
    'read of nothing',
  );
}

async function goesAfterRead(test: SignerTest): Promise<void> {
  const { object } = await upload(test, { size: 1 });
  const plan = await test.bench.signer.read(object.url, call);
  await test.bench.store.remove(object.key);
  const answer = await carry(test, plan.answers, plan.request);
  check(
    ['gone', 'changed'].includes(answer.meaning),
    `a gone object answers gone or changed, not ${answer.meaning}`,
  );
}
