import type { SignerTest } from '../carry/signer-test.ts';
import { upload } from '../carry/whole.ts';
import { check, equal } from '../check/check.ts';
import type { SignerCase } from '../harness/signer-case.ts';

/** `<source>/<yyyy>/<mm>/<128 random bits>/<slug>`, after whatever prefix there is. */
const LAYOUT = /(?:^|\/)(\d+)\/(\d{4})\/(0[1-9]|1[0-2])\/([0-9a-f]{32})\/([a-z0-9._-]{1,100})$/;

/** The server names the object, and nobody can guess the name. */
export const keyCases: readonly SignerCase[] = [
  { name: 'a key has the layout of the design', run: layout },
  { name: 'a key begins with the prefix of the options', run: prefixed },
  { name: 'no two uploads of one file have one key', run: random },
  { name: 'who sent what is kept with the object', run: metadata },
];

/** Fails the case unless the key has the design's layout. */
export function checkKey(key: string): void {
  const found = LAYOUT.exec(key);
  check(
    found !== null,
    `the key ${JSON.stringify(key)} is <prefix>/<source>/<yyyy>/<mm>/<32 hex digits>/<slug>`,
  );
  check(
    !key.split('/').some((part) => part === '' || part === '.' || part === '..'),
    'no segment is empty or dots',
  );
  check(!(found[5] ?? '').startsWith('.'), 'the slug does not begin with a dot');
}

async function layout(test: SignerTest): Promise<void> {
  for (const size of [1, test.bench.sizes.manyParts]) {
    const { object, file } = await upload(test, { size });
    checkKey(object.key);
    equal(LAYOUT.exec(object.key)?.[1], String(file.facts.source), 'source in the key');
  }
}

async function prefixed(test: SignerTest): Promise<void> {
  const signer = test.bench.signerWith({ prefix: 'conformance/deep' });
  const { object } = await upload(test, { size: 1 }, signer);
  check(object.key.startsWith('conformance/deep/'), 'the key begins with the prefix');
  checkKey(object.key);
  await test.bench.store.remove(object.key);
}

async function random(test: SignerTest): Promise<void> {
  const randoms = new Set<string>();
  for (let count = 0; count < 4; count++) {
    const { object } = await upload(test, { size: 1 });
    randoms.add(LAYOUT.exec(object.key)?.[4] ?? '');
  }
  equal(randoms.size, 4, 'number of different random parts in four uploads of one file');
  const nibbles = new Set([...randoms].join(''));
  check(nibbles.size > 8, 'the random part looks random');
}

async function metadata(test: SignerTest): Promise<void> {
  for (const size of [1, test.bench.sizes.manyParts]) {
    const { object, file } = await upload(test, { size });
    const values = Object.values((await test.bench.store.facts(object.key)).metadata);
    const { uid, mid, source, transferId } = file.facts;
    for (const [what, value] of Object.entries({ uid, mid, source, transferId })) {
      check(values.includes(String(value)), `${what} is kept with the object`);
    }
  }
}
