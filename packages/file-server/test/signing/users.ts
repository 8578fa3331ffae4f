import type { Authorise, AuthoriseRequest, Decision } from '../../src/context/authorise.ts';

/** Tokens by user; whoever shows one is that user. */
export const ALICE = { uid: 1, token: 'alice-shows-this-token' } as const;
export const BOB = { uid: 2, token: 'bob-shows-this-token' } as const;
/** Alice's, issued later. */
export const ALICE_NEW = { uid: 1, token: 'alice-shows-this-token-too' } as const;

/** An owner's function that notes what it was asked. */
export interface Users {
  readonly authorise: Authorise;
  readonly asked: AuthoriseRequest[];
  /** What it says of a known user; may be changed. */
  decide: (request: AuthoriseRequest, uid: number) => Decision;
}

export function users(): Users {
  const asked: AuthoriseRequest[] = [];
  const made: Users = {
    asked,
    decide: (_, uid) => ({ allow: true, uid }),
    authorise(request) {
      asked.push(request);
      const known = [ALICE, BOB, ALICE_NEW].find(({ token }) => token === request.credential.token);
      if (known === undefined) return { allow: false, why: 'sign-in', reason: 'Nobody is known by this.' };
      return made.decide(request, known.uid);
    },
  };
  return made;
}
