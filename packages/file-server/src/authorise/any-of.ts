import type { Authorise, Decision, EarlyDecision, EarlyRequest } from '../context/authorise.ts';
import { signIn } from './policy.ts';

/**
 * Allows what one of these allows, asked in order. When none does, the answer is the most telling one: `forbidden`
 * before `sign-in`. An error of one is an error of all.
 */
export function anyOf(...authorisers: readonly Authorise[]): Authorise {
  const authorise: Authorise = async (request, signal) => {
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
  return Object.assign(authorise, {
    beforehand: async (request: EarlyRequest, signal: AbortSignal): Promise<EarlyDecision> => {
      let ask: EarlyDecision | null = null;
      let refusal: EarlyDecision = signIn('A token is needed.');
      for (const { beforehand } of authorisers) {
        const early = (await beforehand?.(request, signal)) ?? STRANGER;
        if (early.allow === 'ask' && early.known) return early;
        if (early.allow === 'ask') ask = early;
        else if (early.why === 'forbidden') refusal = early;
      }
      return ask ?? refusal;
    },
  });
}

const STRANGER: EarlyDecision = { allow: 'ask', known: false };
