import type { Clock } from '@mesibo-files/handler-core/provider';
import type { Authorise, Credential, EarlyDecision } from '../context/authorise.ts';
import { sha256 } from './secret-digests.ts';

/** Tokens that are remembered; of more the oldest goes. */
const MOST = 10_000;

interface Known {
  readonly uid: number | null;
  /** Milliseconds, monotonic. */
  readonly until: number;
}

/**
 * Tokens that were good a while ago, for owners' functions that can't judge a token alone. It only tells whose share a
 * request counts against, and who is no stranger: each request is still authorised by the function itself.
 */
class RecentTokens {
  readonly #known = new Map<string, Known>();
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #keptFor: number;

  constructor(clock: Pick<Clock, 'monotonic'>, keptFor: number) {
    this.#clock = clock;
    this.#keptFor = keptFor;
  }

  remember({ token }: Credential, uid: number | null): void {
    if (token === null) return;
    const digest = digestOf(token);
    this.#known.delete(digest);
    this.#known.set(digest, { uid, until: this.#clock.monotonic() + this.#keptFor });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
  }

  forget({ token }: Credential): void {
    if (token !== null) this.#known.delete(digestOf(token));
  }

  judge({ token }: Credential): EarlyDecision {
    const known = token === null ? undefined : this.#known.get(digestOf(token));
    if (known === undefined || known.until < this.#clock.monotonic()) return { allow: 'ask', known: false };
    return { allow: 'ask', known: true, ...(known.uid === null ? {} : { uid: known.uid }) };
  }
}

function digestOf(token: string): string {
  return String.fromCharCode(...sha256(token));
}

/** The owner's function, that can be asked beforehand in any case. `keptFor`: milliseconds that a token is remembered. */
export function remembering(
  authorise: Authorise,
  clock: Pick<Clock, 'monotonic'>,
  keptFor: number,
): Authorise & Required<Pick<Authorise, 'beforehand'>> {
  const { beforehand } = authorise;
  if (beforehand !== undefined) {
    return Object.assign((...call: Parameters<Authorise>) => authorise(...call), { beforehand });
  }
  const recent = new RecentTokens(clock, keptFor);
  const asked: Authorise = async (request, signal) => {
    const decision = await authorise(request, signal);
    const { credential, action } = request;
    // An answer that is open to all proves nothing about who asks.
    const proves = decision?.allow === true && (decision.uid !== undefined || action === 'upload');
    if (proves) recent.remember(credential, decision.uid ?? null);
    else if (decision?.allow === false && decision.why === 'sign-in') recent.forget(credential);
    return decision;
  };
  return Object.assign(asked, {
    beforehand: ({ credential }: { credential: Credential }) => recent.judge(credential),
  });
}
