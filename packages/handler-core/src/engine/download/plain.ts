import { TransferError } from '../../errors/transfer-error.ts';
import type { AnswerReading } from '../../signer/answer.ts';
import type { ObjectFacts } from '../../signer/object.ts';
import { SPEED_MEASURED_OVER } from '../limits.ts';
import type { TransferContext } from '../request/context.ts';
import { type Exchange, exchange, failure, type Outcome } from '../request/exchange.ts';
import { persist } from '../request/retry.ts';
import { RANGE_MEMORY } from './bounds.ts';
import type { PlainJob } from './download-job.ts';
import { PlainBody } from './plain-body.ts';
import { type Bearer, bearerFor } from './secure.ts';

const MOST_REDIRECTS = 5;

/** Redirects are followed by hand, so that each hop's address is judged; a page that is not 2xx is never a file. */
const PLAIN_ANSWERS: AnswerReading = {
  code: [],
  rules: [{ status: [300, 399], header: { name: 'location' }, means: 'more' }],
};

/**
 * Fetches a URL as it is: no credential, no cookie, and no token but for a protected file. Nothing is known of the
 * object but what its server says, so nothing is verified but its length. Where the server gives it a strong ETag, an
 * attempt that broke off, also one of an earlier run, is continued.
 */
export async function runPlainDownload(context: TransferContext, job: PlainJob): Promise<ObjectFacts> {
  const body = new PlainBody(context, job);
  return persist(context, async () => {
    try {
      await body.reopen();
      const first = httpUrl(job.url);
      const bearer = job.secure === null ? null : await bearerFor(job.secure, first);
      const facts = await fetch(context, job, first, bearer, body);
      context.ledger.finish(facts.size);
      return facts;
    } catch (error) {
      await body.close();
      throw error;
    }
  });
}

async function fetch(
  context: TransferContext,
  job: PlainJob,
  first: URL,
  bearer: Bearer | null,
  body: PlainBody,
): Promise<ObjectFacts> {
  for (;;) {
    const { outcome, received } = await follow(context, job, first, bearer, body);
    if (received) return body.commit(outcome.answer);
  }
}

interface Followed {
  readonly outcome: Outcome;
  /** False: the rest is to be asked for. */
  readonly received: boolean;
}

async function follow(
  context: TransferContext,
  job: PlainJob,
  first: URL,
  bearer: Bearer | null,
  body: PlainBody,
): Promise<Followed> {
  const rest = body.headers();
  let url = first;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    let received = true;
    const dressed = bearer?.dress(url) ?? { url: url.href, headers: {} };
    const one: Exchange = {
      doing: `download from ${url.host}`,
      request: { method: 'GET', ...dressed, timeToLive: Number.POSITIVE_INFINITY },
      headers: rest,
      answers: PLAIN_ANSWERS,
      least: { bytesPerSecond: context.limits.minForeignSpeed, over: SPEED_MEASURED_OVER },
      publicOnly: !job.privateHosts.includes(url.host),
      receive: async (answer, moved) => {
        received = await body.receive(answer, moved);
      },
    };
    const slot = await context.pace.acquire(context.pace.down, context.ledger, RANGE_MEMORY, context.signal);
    const outcome = await exchange(context, one).finally(() => slot.release());
    if (outcome.read.means === 'done') return { outcome, received };
    if (outcome.answer.status === 416) await body.forget();
    if (outcome.read.means !== 'more') throw failure(outcome, one.doing);
    const next = redirected(url, outcome.answer.headers.location ?? '');
    bearer?.checkRedirect(url, next);
    url = next;
  }
  throw new TransferError('bad-answer', `more than ${MOST_REDIRECTS} redirects`, { retryable: false });
}

/** Where a redirect leads. @throws `bad-answer` */
export function redirected(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) {
    throw new TransferError('bad-answer', `${from.host} redirects to what is no URL`, { retryable: false });
  }
  const next = httpUrl(new URL(location, from).href);
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw new TransferError('bad-answer', `${from.host} redirects from https to http`, { retryable: false });
  }
  return next;
}

/** @throws `invalid-url` */
export function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    throw new TransferError('invalid-url', 'the URL is no absolute http or https URL');
  }
  return url;
}
