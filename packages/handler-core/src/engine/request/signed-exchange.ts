import { TransferError } from '../../errors/transfer-error.ts';
import type { WantedPart } from '../../signer/request.ts';
import type { TransferContext } from './context.ts';
import { type Exchange, exchange, failure, type Outcome, wantsNewSignature } from './exchange.ts';
import { type Attempt, persist } from './retry.ts';
import type { SignedRequestCache } from './signed-request-cache.ts';

/** A request of an upload: the exchange without its request, which is signed for each attempt as needed. */
export interface SignedExchange extends Omit<Exchange, 'request'> {
  readonly part: WantedPart;
  /** Forgets what an attempt moved, before the next. */
  readonly onFailed: () => void;
}

/**
 * Sends one signed request until the store has said something final: `done`, `more`, `exists` or `gone`. Signs anew
 * when the signature is too old, when the clocks disagree, and after a failure that can't be read.
 */
export async function sendSigned(
  context: TransferContext,
  requests: SignedRequestCache,
  one: SignedExchange,
): Promise<Outcome> {
  let resigned = 0;
  return persist(context, async ({ last }: Attempt) => {
    if (last?.code === 'network') requests.drop(one.part.number, null);
    for (;;) {
      const request = await requests.request(one.part, context.signal);
      let outcome: Outcome;
      try {
        outcome = await exchange(context, { ...one, request });
      } catch (error) {
        one.onFailed();
        throw error;
      }
      const { read } = outcome;
      if (read.means === 'done' || read.means === 'more') return outcome;
      one.onFailed();
      if (read.means === 'exists' || read.means === 'gone') return outcome;
      if (!wantsNewSignature(read)) throw failure(outcome, one.doing);
      requests.drop(one.part.number, read.storeTime, read.code);
      resigned += 1;
      if (resigned > MOST_RESIGNED) {
        throw new TransferError(
          read.error,
          `${one.doing}: the store answers every new signature with ${read.code ?? read.means}`,
          {
            retryable: false,
          },
        );
      }
    }
  });
}

/** How many times a request is re-signed before it fails. */
const MOST_RESIGNED = 3;
