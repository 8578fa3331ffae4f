import { TransferError } from '../../errors/transfer-error.ts';
import type { Target } from '../../ports/files.ts';
import type { HttpAnswer } from '../../ports/http.ts';
import type { AnswerReading } from '../../signer/answer.ts';
import type { ObjectFacts } from '../../signer/object.ts';
import type { TransferContext } from '../context.ts';
import { type Exchange, exchange, failure } from '../exchange.ts';
import { persist } from '../retry.ts';
import { StagedWriter } from './staging.ts';

/** A download from somewhere that no signer knows. */
export interface PlainJob {
  readonly url: string;
  readonly path: string;
  readonly finalPath: () => string;
  /** Hosts (as in `host` or `host:port`) that may have a private address. */
  readonly privateHosts: readonly string[];
}

const MOST_REDIRECTS = 5;

/** Redirects are followed by hand, so that each hop's address is judged; a page that is not 2xx is never a file. */
const PLAIN_ANSWERS: AnswerReading = {
  code: [],
  rules: [{ status: [300, 399], header: { name: 'location' }, means: 'more' }],
};

/**
 * Fetches a URL as it is: no credential, no token, no cookie. Nothing is known of the object but what its server says,
 * so nothing is verified but its length.
 */
export async function runPlainDownload(context: TransferContext, job: PlainJob): Promise<ObjectFacts> {
  return persist(context, async () => {
    const target = await context.ports.files.openTarget(job.path, `plain ${job.url}`);
    try {
      const facts = await follow(context, job, target);
      await target.commit(job.finalPath());
      context.ledger.finish(facts.size);
      return facts;
    } catch (error) {
      context.ledger.failed(0);
      await target.close(false).catch(() => undefined);
      throw error;
    }
  });
}

async function follow(context: TransferContext, job: PlainJob, target: Target): Promise<ObjectFacts> {
  let url = httpUrl(job.url);
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    let size = 0;
    const one: Exchange = {
      doing: `download from ${url.host}`,
      request: { method: 'GET', url: url.href, headers: {}, timeToLive: Number.POSITIVE_INFINITY },
      answers: PLAIN_ANSWERS,
      publicOnly: !job.privateHosts.includes(url.host),
      receive: async (answer, moved) => {
        size = await receive(context, target, answer, moved);
      },
    };
    const outcome = await exchange(context, one);
    const { headers } = outcome.answer;
    if (outcome.read.means === 'done') {
      const contentType = headers['content-type'] ?? 'application/octet-stream';
      return { size, contentType, version: headers.etag ?? null, integrity: { kind: 'none' }, name: null };
    }
    if (outcome.read.means !== 'more') throw failure(outcome, one.doing);
    const next = redirected(url, headers.location ?? '');
    if (url.protocol === 'https:' && next.protocol === 'http:') {
      throw new TransferError('bad-answer', `${url.host} redirects from https to http`, { retryable: false });
    }
    url = next;
  }
  throw new TransferError('bad-answer', `more than ${MOST_REDIRECTS} redirects`, { retryable: false });
}

async function receive(
  context: TransferContext,
  target: Target,
  answer: HttpAnswer,
  moved: () => void,
): Promise<number> {
  if (answer.status !== 200) {
    throw new TransferError('bad-answer', `the server answered ${answer.status} to a whole GET`);
  }
  const length = answer.headers['content-length'];
  const stated =
    length === undefined || answer.headers['content-encoding'] !== undefined ? null : Number(length);
  if (stated !== null) context.ledger.setTotal(stated);
  const writer = new StagedWriter(target, context.buffers, 0);
  let size = 0;
  try {
    await answer.consume((chunk) => {
      moved();
      size += chunk.length;
      context.ledger.moved(0, chunk.length);
      return writer.add(chunk);
    });
  } finally {
    await writer.end();
  }
  if (stated !== null && size !== stated) {
    throw new TransferError('network', `the answer was cut off after ${size} of ${stated} bytes`);
  }
  return size;
}

/** @throws `bad-answer` */
function redirected(from: URL, location: string): URL {
  if (URL.canParse(location, from.href)) return httpUrl(new URL(location, from).href);
  throw new TransferError('bad-answer', `${from.host} redirects to what is no URL`, { retryable: false });
}

/** @throws `invalid-url` */
export function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    throw new TransferError('invalid-url', 'the URL is no absolute http or https URL');
  }
  return url;
}
