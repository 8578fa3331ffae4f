import { HTTPSTATE, type HttpState, type Runtime, TransferError } from '@mesibo-files/handler-core';
import { type HttpAnswer, readAnswer } from '@mesibo-files/handler-core/provider';
import { IdleGuard } from './idle.ts';
import type { Form } from './multipart.ts';

/** One form on its way to its server. */
export interface FormPost {
  readonly runtime: Runtime;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Form;
  readonly maxRedirects: number;
  readonly signal: AbortSignal;
  /** Told in percent of the form: first what was sent, then that the answer is there. */
  readonly onProgress: (state: HttpState, percent: number) => void;
}

/** The most bytes of an answer: it is a line of JSON. */
const ANSWER_MOST = 65_536;

/**
 * Sends a form once, and answers what the server says to it with a 2xx; anything else is an error.
 *
 * @throws TransferError
 */
export async function postForm(post: FormPost): Promise<string> {
  let { url } = post;
  for (let hop = 0; hop <= post.maxRedirects; hop += 1) {
    const { location, text } = await postOnce(post, url);
    if (location === null) return text;
    url = redirected(url, location);
  }
  throw new TransferError('bad-answer', `${url.host}: more than ${post.maxRedirects} redirects`, {
    retryable: false,
  });
}

interface Answered {
  /** Where the form is wanted instead; null: the server took it. */
  readonly location: string | null;
  readonly text: string;
}

async function postOnce(post: FormPost, url: URL): Promise<Answered> {
  const { ports, limits } = post.runtime;
  const guard = new IdleGuard(ports.clock, post.signal);
  const late = (what: string) => (): TransferError =>
    new TransferError(what === 'answer' ? 'timeout' : 'stalled', `${url.host}: no ${what} for too long`);
  guard.expect(limits.stallAfter, late('byte moved'));
  const { body } = post.form;
  let sent = 0;
  let answered = false;
  try {
    const answer = await ports.http.send({
      method: 'POST',
      url: url.href,
      headers: { ...post.headers, 'content-type': post.form.contentType },
      body,
      signal: guard.signal,
      onSent: (bytes) => {
        sent += bytes;
        guard.moved();
        if (sent >= body.size && !answered) guard.expect(limits.answerWithin, late('answer'));
        post.onProgress(HTTPSTATE.UPLOAD, Math.floor((sent / body.size) * 100));
      },
    });
    answered = true;
    guard.expect(limits.stallAfter, late('byte moved'));
    return await read(answer, url, ports.clock.now());
  } finally {
    guard.release();
  }
}

async function read(answer: HttpAnswer, url: URL, now: number): Promise<Answered> {
  const { status, headers } = answer;
  if (status >= 300 && status < 400) {
    await answer.discard();
    if (status === 307 || status === 308) return { location: headers.location ?? '', text: '' };
    throw new TransferError(
      'bad-answer',
      `${url.host} answered ${status}: an upload is followed by 307 and 308 only`,
      {
        retryable: false,
        hint: 'Set the URL that the server redirects to.',
      },
    );
  }
  if (status >= 200 && status < 300) return { location: null, text: await answer.text(ANSWER_MOST) };
  await answer.discard().catch(() => undefined);
  const { error, means, retryAfter } = readAnswer(
    { code: [], rules: [] },
    { status, headers, body: '' },
    now,
  );
  throw new TransferError(error, `${url.host} answered ${status}`, {
    ...(means === 'retry' ? { retryable: true } : {}),
    ...(retryAfter === null ? {} : { retryAfter }),
  });
}

/** The form holds the token, so it never leaves the origin that it was meant for. */
function redirected(from: URL, location: string): URL {
  const to = location !== '' && URL.canParse(location, from.href) ? new URL(location, from.href) : null;
  if (to?.origin === from.origin) return to;
  throw new TransferError('bad-answer', `${from.host} redirects the upload to somewhere else`, {
    retryable: false,
    hint: 'Set the URL that the server redirects to: the token is sent nowhere else by itself.',
  });
}
