import type { Plan } from '@mesibo-files/handler-core/provider';
import { testFile } from '../carry/file.ts';
import { call, type SignerTest } from '../carry/signer-test.ts';
import { begin } from '../carry/upload.ts';
import { upload } from '../carry/whole.ts';
import { alike, check, equal } from '../check/check.ts';
import { fails } from '../check/fails.ts';
import type { Need } from '../harness/signer-case.ts';

/** Shapes that take a file in several requests. */
export const severalRequests: Need = {
  what: 'uploads in several requests',
  declared: (capabilities) => capabilities.shapes.some((shape) => shape !== 'single'),
  without: (test) => noSuchShape(test, ['parts', 'session']),
};

export const partsShape: Need = {
  what: 'uploads in parts',
  declared: (capabilities) => capabilities.shapes.includes('parts'),
  without: (test) => noSuchShape(test, ['parts']),
};

export const sessionShape: Need = {
  what: 'sessions',
  declared: (capabilities) => capabilities.shapes.includes('session'),
  without: (test) => noSuchShape(test, ['session']),
};

export const singleShape: Need = {
  what: 'single requests',
  declared: (capabilities) => capabilities.shapes.includes('single'),
  without: (test) => noSuchShape(test, ['single']),
};

/** Every size of the bench is planned in another shape. */
async function noSuchShape(test: SignerTest, shapes: readonly Plan['shape'][]): Promise<void> {
  for (const size of [0, 1, test.bench.sizes.onePart, test.bench.sizes.manyParts]) {
    if (size > test.capabilities.maxSize) continue;
    const { plan } = await begin(test, testFile(test, { size }));
    check(!shapes.includes(plan.shape), `no plan is ${plan.shape}, which is not declared`);
  }
}

export const expiry: Need = {
  what: 'expiry',
  declared: (capabilities) => capabilities.expires,
  without: async ({ capabilities }) => equal(capabilities.expires, false, 'expires'),
};

export const listing: Need = {
  what: 'a list of unfinished uploads',
  declared: (capabilities) => capabilities.listsUnfinished,
  without: async (test) => {
    await begin(test, testFile(test, { size: test.bench.sizes.onePart }));
    const listed: string[] = [];
    for await (const each of test.bench.signer.unfinished(0, call)) listed.push(each.ticket);
    alike(listed, [], 'what a signer that lists nothing lists');
  },
};

/** Whether creation is conditional in the store, for the shape that a small file gets. */
export function conditional(shape: Plan['shape']): Need {
  return {
    what: `conditional creation by the store (${shape})`,
    declared: (capabilities) =>
      capabilities.shapes.includes(shape) && capabilities.noOverwrite[shape] === 'store',
    without: async (test) => {
      const { object } = await upload(test, { size: test.bench.sizes.onePart });
      const other = await upload(test, { size: test.bench.sizes.onePart, seed: 2 });
      check(object.key !== other.object.key, 'nothing but the key protects, and no two keys are alike');
    },
  };
}

/** Digests that the store, the commit or a continuing engine can compare. */
export const digests: Need = {
  what: 'digests',
  declared: (capabilities) => capabilities.beginDigests.length > 0,
  without: async (test) => {
    for (const size of [test.bench.sizes.onePart, test.bench.sizes.manyParts]) {
      const { plan } = await begin(test, testFile(test, { size }));
      alike(plan.integrity.parts, [], 'digests that parts need');
      equal(plan.integrity.proof, 'length', 'what the commit proves');
    }
  },
};

/** A file larger than anything the signer declares it takes. */
export async function tooLarge(test: SignerTest): Promise<void> {
  const { maxSize } = test.capabilities;
  if (!Number.isSafeInteger(maxSize + 1)) return;
  const small = testFile(test, { size: 1 });
  const facts = { ...small.facts, size: maxSize + 1, digests: {} };
  await fails(
    () => test.bench.signer.begin(facts, call),
    ['file-too-large'],
    test.secrets,
    'begin of one byte too many',
  );
}
