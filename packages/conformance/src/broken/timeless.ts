import type { SignedRequest } from '@mesibo-files/handler-core/provider';
import { type BrokenSigner, inSigner } from './fault.ts';

const WEEK = 7 * 86_400_000;

function forever<Each extends { readonly request: SignedRequest }>(each: Each): Each {
  return { ...each, request: { ...each.request, timeToLive: WEEK } };
}

/** Requests that live longer than they should. */
export const timeless: readonly BrokenSigner[] = [
  {
    name: 'signs requests that never expire',
    caughtBy: [
      'no signed request lives longer than it was told to',
      'an expired upload request is refused as expired, and signed anew works',
      'an expired read request is refused as expired, and read anew works',
    ],
    breaks: (bench) => ({
      ...bench,
      signerWith: ({ timeToLive: _, ...rest }) => bench.signerWith({ ...rest, timeToLive: WEEK }),
    }),
  },
  {
    name: 'states a longer life than it signed',
    caughtBy: ['no signed request lives longer than it was told to'],
    breaks: inSigner((good) => ({
      begin: async (facts, call) => {
        const plan = await good.begin(facts, call);
        return { ...plan, signed: plan.signed.map(forever) };
      },
      sign: async (ticket, wanted, call) => (await good.sign(ticket, wanted, call)).map(forever),
    })),
  },
  {
    name: 'does not listen to the time of the store',
    caughtBy: ['a signer whose clock is a day off is put right by the store'],
    breaks: inSigner((good) => ({
      sign: (ticket, wanted, { signal }) => good.sign(ticket, wanted, { signal }),
    })),
  },
];
