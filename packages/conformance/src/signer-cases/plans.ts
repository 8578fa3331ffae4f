import { isDeepStrictEqual } from 'node:util';
import type { Plan } from '@mesibo-files/handler-core/provider';
import { testFile } from '../carry/file.ts';
import { call, type SignerTest } from '../carry/signer-test.ts';
import { type Begun, begin, partsOf, signAnew, signParts } from '../carry/upload.ts';
import { commit, reach, storedBy } from '../carry/whole.ts';
import { alike, check, equal, sameBytes } from '../check/check.ts';
import type { SignerCase } from '../harness/signer-case.ts';
import { partsShape, sessionShape } from './needs.ts';

/** Plans are plain data, and what they state is what the signer declared. */
export const planCases: readonly SignerCase[] = [
  { name: 'a plan survives structuredClone', run: (test) => travels(test, (plan) => structuredClone(plan)) },
  { name: 'a plan survives JSON', run: (test) => travels(test, (plan) => JSON.parse(JSON.stringify(plan))) },
  { name: 'capabilities are well formed and stay the same', run: capabilities },
  { name: 'no plan has a shape that was not declared', run: shapes },
  { name: 'parts have room for the largest file', needs: [partsShape], run: geometry },
  { name: 'chunks are multiples of what the session takes', needs: [sessionShape], run: chunks },
  { name: 'signed headers are in lower case and fit the part', run: headers },
  { name: 'sign gives what was asked for, in a full batch too', needs: [partsShape], run: batch },
  { name: 'a file as large as a single request takes is one', run: singleUpTo },
];

async function travels(test: SignerTest, copy: (plan: Plan) => Plan): Promise<void> {
  for (const size of [1, test.bench.sizes.manyParts + 1]) {
    const made = await begin(test, testFile(test, { size }));
    const begun: Begun = { ...made, plan: copy(made.plan) };
    check(isDeepStrictEqual(begun.plan, made.plan), 'the plan is the same after its journey');
    await reach(begun, 'all');
    const object = storedBy(await commit(begun));
    sameBytes(await test.bench.store.bytes(object.key), begun.file.bytes, 'what the store holds');
  }
}

async function capabilities(test: SignerTest): Promise<void> {
  const facts = test.capabilities;
  check(facts.provider !== '', 'the provider has a name');
  check(
    facts.shapes.length > 0 && new Set(facts.shapes).size === facts.shapes.length,
    'shapes are listed, each once',
  );
  check(facts.singleUpTo >= 0 && facts.singleUpTo <= facts.maxSize, 'singleUpTo is from 0 to maxSize');
  check(facts.maxSize >= test.bench.sizes.manyParts + 1, 'maxSize allows the sizes of the bench');
  alike(await test.bench.signer.capabilities(call), facts, 'what the signer declares the second time');
  check(isDeepStrictEqual(JSON.parse(JSON.stringify(facts)), facts), 'what it declares survives JSON');
  if (!facts.shapes.includes('single')) equal(facts.singleUpTo, 0, 'singleUpTo without single requests');
}

async function shapes(test: SignerTest): Promise<void> {
  const { onePart, manyParts } = test.bench.sizes;
  for (const size of [0, 1, onePart, onePart + 1, manyParts, manyParts + 1]) {
    const { plan } = await begin(test, testFile(test, { size }));
    check(test.capabilities.shapes.includes(plan.shape), `${plan.shape} is declared`);
    equal(plan.size, size, 'size in the plan');
    check(plan.ticket.length > 0, 'there is a ticket');
    if (test.capabilities.storeVerifiesDigests) continue;
    check(plan.integrity.proof !== 'store', 'no plan says that the store proves what it does not verify');
  }
}

async function geometry(test: SignerTest): Promise<void> {
  const largest = Math.min(test.capabilities.maxSize, Number.MAX_SAFE_INTEGER);
  for (const size of [test.bench.sizes.manyParts, largest]) {
    const facts = { ...testFile(test, { size: 1 }).facts, size, digests: {} };
    const plan = await test.bench.signer.begin(facts, call);
    test.secrets.add(plan.ticket, 'a ticket');
    if (plan.shape !== 'parts') continue;
    check(plan.partSize * plan.maxParts >= size, `parts of ${plan.partSize} suffice for ${size} bytes`);
    check(plan.signBatch >= 1, 'at least one part is signed at once');
    await test.bench.signer.discard(plan.ticket, call);
  }
}

async function chunks(test: SignerTest): Promise<void> {
  const { plan } = await begin(test, testFile(test, { size: test.bench.sizes.manyParts }));
  if (plan.shape !== 'session') return;
  equal(plan.chunkSize % plan.dialect.chunkMultiple, 0, 'rest of the chunk size');
  check(plan.maxSize >= test.bench.sizes.manyParts, 'the session takes the file');
}

async function headers(test: SignerTest): Promise<void> {
  for (const size of [0, 1, test.bench.sizes.manyParts + 1]) {
    const begun = await begin(test, testFile(test, { size }));
    for (const { number, request } of await signParts(begun)) {
      for (const name of Object.keys(request.headers)) equal(name, name.toLowerCase(), 'header name');
      const length = request.headers['content-length'];
      const own = partsOf(begun)[number - 1]?.bytes.byteLength;
      if (length !== undefined && begun.plan.shape !== 'session')
        equal(length, String(own), 'content-length');
      check(request.timeToLive > 0, 'a request lives for a while');
      check(URL.canParse(request.url), 'the URL is one');
    }
  }
}

async function batch(test: SignerTest): Promise<void> {
  const begun = await begin(test, testFile(test, { size: test.bench.sizes.manyParts + 1 }));
  if (begun.plan.shape !== 'parts') return;
  const numbers = partsOf(begun)
    .map((part) => part.number)
    .slice(0, begun.plan.signBatch);
  const signed = await signAnew(begun, numbers);
  alike(
    signed.map((part) => part.number),
    numbers,
    'the numbers of the parts that were signed',
  );
  equal(new Set(signed.map((part) => part.request.url)).size, numbers.length, 'number of different URLs');
}

async function singleUpTo(test: SignerTest): Promise<void> {
  const { singleUpTo } = test.capabilities;
  if (!test.capabilities.shapes.includes('single') || singleUpTo > 64 * 1024 * 1024) return;
  const at = await begin(test, testFile(test, { size: singleUpTo }));
  equal(at.plan.shape, 'single', `shape of a file of ${singleUpTo} bytes`);
  const over = await begin(test, testFile(test, { size: singleUpTo + 1 }));
  if (test.capabilities.shapes.length > 1)
    check(over.plan.shape !== 'single', 'one byte more takes several requests');
}
