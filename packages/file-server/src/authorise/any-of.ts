import { signIn } from './policy.ts';
import type { Authorise, Decision } from './types.ts';

/**
 * Allows what one of these allows, asked in order. When none does, the answer is the most telling one: `forbidden`
 * before `sign-in`. An error of one is an error of all.
 */
export function anyOf(...authorisers: readonly Authorise[]): Authorise {
  return async (request, signal) => {
    let answer: Decision = signIn('A token is needed.');
    let told = false;
    for (const authorise of authorisers) {
      const decision = await authorise(request, signal);
      if (decision.allow) return decision;
      if (!told || decision.why === 'forbidden') answer = decision;
      told = true;
    }
    return answer;
  };
}
