import { type StoredObject, TransferError } from '@mesibo-files/handler-core';
import type { Commit } from '@mesibo-files/handler-core/provider';
import { type BrokenSigner, inSigner } from './fault.ts';

/** Commits that believe too much, or do their work twice. */
export const careless: readonly BrokenSigner[] = [
  {
    name: 'ignores missing parts',
    caughtBy: ['commit with a part missing names it, and goes on', 'commit with nothing sent stores nothing'],
    breaks: inSigner((good) => ({
      commit: async (ticket, manifest, call): Promise<Commit> => {
        const outcome = await good.commit(ticket, manifest, call);
        return outcome.state === 'missing' ? { state: 'stored', object: unseen(manifest.size) } : outcome;
      },
    })),
  },
  {
    name: 'commits once and fails the second time',
    caughtBy: ['commit is idempotent'],
    breaks: inSigner((good) => {
      const done = new Set<string>();
      return {
        commit: async (ticket, manifest, call) => {
          if (done.has(ticket)) throw new TransferError('upload-gone', 'This upload was committed before.');
          const outcome = await good.commit(ticket, manifest, call);
          if (outcome.state === 'stored') done.add(ticket);
          return outcome;
        },
      };
    }),
  },
  {
    name: 'takes a lost answer for a failure',
    caughtBy: ['commit believes the store when an answer was lost'],
    breaks: inSigner((good) => ({
      commit: async (ticket, manifest, call) =>
        manifest.answered ? await good.commit(ticket, manifest, call) : { state: 'missing', parts: [1] },
    })),
  },
  {
    name: 'forgets the discard',
    caughtBy: [
      'discard with some of it sent leaves nothing of several requests',
      'discard with everything sent and nothing committed leaves nothing of one part',
      'what unfinished lists can be discarded',
    ],
    breaks: inSigner(() => ({ discard: async () => {} })),
  },
  {
    name: 'does not know what it began',
    caughtBy: ['unfinished lists exactly what is unfinished'],
    breaks: inSigner(() => ({ unfinished: async function* () {} })),
  },
  {
    name: 'starts from nothing on resume',
    caughtBy: [
      'an upload in several requests goes on by its ticket with some of it sent',
      'a committed upload resumes as committed',
    ],
    breaks: inSigner((good) => ({
      resume: async (ticket, call) => ({
        plan: (await good.resume(ticket, call)).plan,
        stored: { state: 'parts', parts: [] },
      }),
    })),
  },
  {
    name: 'removes nothing',
    caughtBy: ['remove deletes the object, and does it twice'],
    breaks: inSigner(() => ({ remove: async () => {} })),
  },
  {
    name: 'cannot remove twice',
    caughtBy: ['remove deletes the object, and does it twice'],
    breaks: inSigner((good) => ({
      remove: async (url, call) => {
        await good.read(url, call);
        await good.remove(url, call);
      },
    })),
  },
  {
    name: 'does not stop',
    caughtBy: ['a call that was stopped rejects with stopped'],
    breaks: inSigner((good) => ({ read: (url) => good.read(url, { signal: new AbortController().signal }) })),
  },
];

function unseen(size: number): StoredObject {
  const key = '0/2026/01/00000000000000000000000000000000/a.mp4';
  const integrity = { kind: 'none' } as const;
  return {
    url: `https://memory.invalid/${key}`,
    key,
    size,
    contentType: 'video/mp4',
    version: null,
    integrity,
    name: 'a.mp4',
  };
}
