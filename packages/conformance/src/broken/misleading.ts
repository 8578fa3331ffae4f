import { type StoredObject, TransferError } from '@mesibo-files/handler-core';
import type { Commit, Plan } from '@mesibo-files/handler-core/provider';
import { type BrokenSigner, inSigner } from './fault.ts';

/** Changes what commit says of the object. */
function objectAs(change: (object: StoredObject) => StoredObject): BrokenSigner['breaks'] {
  return inSigner((good) => ({
    commit: async (ticket, manifest, call): Promise<Commit> => {
      const outcome = await good.commit(ticket, manifest, call);
      return outcome.state === 'stored' ? { ...outcome, object: change(outcome.object) } : outcome;
    },
  }));
}

/** Changes the plan of begin. */
function planAs(change: (plan: Plan) => Plan): BrokenSigner['breaks'] {
  return inSigner((good) => ({ begin: async (facts, call) => change(await good.begin(facts, call)) }));
}

/** Facts, plans and errors that say what is not so, or too much. */
export const misleading: readonly BrokenSigner[] = [
  {
    name: 'returns a signed URL as file URL',
    caughtBy: ['a file URL is durable: no query, no user, owned'],
    breaks: objectAs((object) => ({ ...object, url: `${object.url}?signature=0123456789abcdef` })),
  },
  {
    name: 'makes keys without chance',
    caughtBy: ['no two uploads of one file have one key'],
    breaks: objectAs((object) => renamed(object, (key) => key.replace(/[0-9a-f]{32}/, '0'.repeat(32)))),
  },
  {
    name: 'makes keys of the file name alone',
    caughtBy: ['a key has the layout of the design'],
    breaks: objectAs((object) => renamed(object, (key) => key.split('/').at(-1) ?? key)),
  },
  {
    name: 'states a wrong size',
    caughtBy: ['a file of one byte arrives whole'],
    breaks: objectAs((object) => ({ ...object, size: object.size + 1 })),
  },
  {
    name: 'loses the name',
    caughtBy: ['a name with emoji is kept, and the key stays in form'],
    breaks: objectAs((object) => ({ ...object, name: object.key.split('/').at(-1) ?? null })),
  },
  {
    name: 'states a version that never changes',
    caughtBy: ['a version changes when the bytes change'],
    breaks: inSigner((good) => ({
      read: async (url, call) => ({ ...(await good.read(url, call)), version: '"1"' }),
    })),
  },
  {
    name: 'does not know a changed version when it sees one',
    caughtBy: ['a read plan is bound to the version it states'],
    breaks: inSigner((good) => ({
      read: async (url, call) => {
        const plan = await good.read(url, call);
        return {
          ...plan,
          answers: { ...plan.answers, rules: plan.answers.rules.filter(({ means }) => means !== 'changed') },
        };
      },
    })),
  },
  {
    name: 'states digests of other bytes',
    caughtBy: ['the stated integrity is that of the bytes'],
    breaks: inSigner((good) => ({
      read: async (url, call) => ({
        ...(await good.read(url, call)),
        integrity: { kind: 'whole', digests: { crc32: 'AAAAAQ==' } },
      }),
    })),
  },
  {
    name: 'plans parts of a wrong size',
    caughtBy: ['a file of many parts and one byte arrives whole'],
    breaks: planAs((plan) => (plan.shape === 'parts' ? { ...plan, partSize: plan.partSize - 1 } : plan)),
  },
  {
    name: 'plans too few parts',
    caughtBy: ['parts have room for the largest file'],
    breaks: planAs((plan) => (plan.shape === 'parts' ? { ...plan, maxParts: 2 } : plan)),
  },
  {
    name: 'puts functions into its plans',
    caughtBy: ['a plan survives structuredClone'],
    breaks: planAs((plan) => Object.assign({ ...plan }, { sign: () => [] })),
  },
  {
    name: 'puts into its plans what JSON cannot carry',
    caughtBy: ['a plan survives JSON'],
    breaks: planAs((plan) => ({ ...plan, keptFor: Number.POSITIVE_INFINITY })),
  },
  {
    name: 'declares shapes that it does not plan',
    caughtBy: ['no plan has a shape that was not declared'],
    breaks: inSigner((good) => ({
      capabilities: async (call) => ({
        ...(await good.capabilities(call)),
        shapes: ['session'],
        singleUpTo: 0,
      }),
    })),
  },
  {
    name: 'owns everything',
    caughtBy: ['foreign URLs are not owned, and refused', 'a prefix that only begins alike is foreign'],
    breaks: inSigner(() => ({ owns: () => true })),
  },
  {
    name: 'owns whatever begins alike',
    caughtBy: ['look-alikes of a file URL are not owned, and refused'],
    breaks: inSigner((good) => ({
      owns: (url) => good.owns(url) || url.startsWith('https://memory.invalid'),
    })),
  },
  {
    name: 'throws from owns',
    caughtBy: ['foreign URLs are not owned, and refused'],
    breaks: inSigner((good) => ({ owns: (url) => new URL(url).protocol === 'https:' && good.owns(url) })),
  },
  {
    name: 'tells its ticket in the cause of errors',
    caughtBy: ['no error tells a secret'],
    breaks: inSigner((good) => {
      const telling = async <Value>(ticket: string, run: () => Promise<Value>): Promise<Value> => {
        try {
          return await run();
        } catch (error) {
          const cause = new Error(`POST /uploads?ticket=${ticket}`);
          throw new TransferError(TransferError.from(error).code, 'The call failed.', { cause });
        }
      };
      return {
        sign: (ticket, wanted, call) => telling(ticket, () => good.sign(ticket, wanted, call)),
        resume: (ticket, call) => telling(ticket, () => good.resume(ticket, call)),
      };
    }),
  },
  {
    name: 'fails with bare errors',
    caughtBy: ['a ticket of garbage is invalid-argument', 'a file URL of nothing is object-not-found'],
    breaks: inSigner((good) => ({
      resume: (ticket, call) => good.resume(ticket, call).catch(bare),
      read: (url, call) => good.read(url, call).catch(bare),
    })),
  },
];

function renamed(object: StoredObject, change: (key: string) => string): StoredObject {
  const key = change(object.key);
  return { ...object, key, url: object.url.replace(object.key, key) };
}

function bare(): never {
  throw new Error('It did not work.');
}
