import { HTTPSTATE, type HttpState, type Runtime, TransferError } from '@mesibo-files/handler-core';
import { type HttpAnswer, readAnswer } from '@mesibo-files/handler-core/provider';
import { IdleGuard } from '../upload-url/idle.ts';
import { beforeRetry, reasonOf } from '../upload-url/waiting.ts';
import { FileBody, MemoryBody, validatorOf } from './answer-body.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { MesiboHttpFields } from './request-fields.ts';

/** What an exchange tells while it goes on. */
export interface ExchangeEvents {
  /** Percent in this state; 100 of `DOWNLOAD` is told by the end alone. */
  progress(state: HttpState, percent: number): void;
  /** The headers of the answer are there. */
  answered(answer: HttpAnswer, continuedAt: number): void;
  /** A piece of the answer's body is there. */
  data(bytes: Uint8Array | null): void;
}

interface Settings {
  readonly runtime: Runtime;
  readonly privateHosts: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Makes the request that the fields describe, as often as they allow, and takes the answer's body where they say. Resolves
 * when all of it is there, and the status is a 2xx, or 304 for a request with {@link MesiboHttpFields.ims}.
 *
 * @throws TransferError
 */
export async function exchange(
  fields: MesiboHttpFields,
  settings: Settings,
  events: ExchangeEvents,
): Promise<void> {
  const { runtime, signal } = settings;
  const { uploadFile, post } = fields;
  const source =
    uploadFile === null || post !== null ? null : await runtime.ports.files.openSource(uploadFile);
  try {
    const request = prepare(fields, source, runtime);
    const file =
      fields.downloadFile === null || fields.headerOnly
        ? null
        : new FileBody(runtime, fields.downloadFile, rangeName(fields, request), fields.resume);
    try {
      await file?.open();
      const one = new Exchange(fields, settings, events, request, file);
      for (let failures = 0; ; ) {
        const error = await one.attempt().then(
          () => null,
          (thrown: unknown) => (signal.aborted ? reasonOf(signal) : TransferError.from(thrown)),
        );
        if (error === null) return;
        failures += 1;
        if (signal.aborted || !error.retryable || failures > fields.maxRetries) throw error;
        await beforeRetry(runtime, error, failures, signal);
      }
    } finally {
      await file?.close();
    }
  } finally {
    await source?.close();
  }
}

/** What is downloaded: another range of the same URL is another file. */
function rangeName({ downloadOffset, downloadEnd }: MesiboHttpFields, { url }: Prepared): string {
  return `${url.href} ${downloadOffset}-${downloadEnd}`;
}

class Exchange {
  readonly #fields: MesiboHttpFields;
  readonly #settings: Settings;
  readonly #events: ExchangeEvents;
  readonly #request: Prepared;
  readonly #file: FileBody | null;

  constructor(
    fields: MesiboHttpFields,
    settings: Settings,
    events: ExchangeEvents,
    request: Prepared,
    file: FileBody | null,
  ) {
    this.#fields = fields;
    this.#settings = settings;
    this.#events = events;
    this.#request = request;
    this.#file = file;
  }

  async attempt(): Promise<void> {
    let { url } = this.#request;
    for (let hop = 0; hop <= this.#fields.maxRedirects; hop += 1) {
      const location = await this.#once(url);
      if (location === null) return;
      url = this.#redirected(url, location);
    }
    throw refusal(`${url.host}: more than ${this.#fields.maxRedirects} redirects`);
  }

  /** Answers where it is to be found instead; null: it is done. */
  async #once(url: URL): Promise<string | null> {
    const { runtime, privateHosts, signal } = this.#settings;
    const { ports, limits } = runtime;
    const { connectionTimeout, headerTimeout, bodyTimeout } = this.#fields;
    const { method, body } = this.#request;
    const guard = new IdleGuard(ports.clock, signal);
    const late = (what: string) => (): TransferError => new TransferError('timeout', `${url.host}: ${what}`);
    const wait = (milliseconds: number, otherwise: number, what: string): void =>
      guard.expect(milliseconds > 0 ? milliseconds : otherwise, late(what));
    wait(connectionTimeout, limits.answerWithin, 'the request is not sent for too long');
    if (body === null) wait(connectionTimeout + headerTimeout, limits.answerWithin, 'no answer for too long');
    let sent = 0;
    let answered = false;
    try {
      const answer = await ports.http.send({
        method,
        url: url.href,
        headers: this.#headersFor(url),
        ...(body === null ? {} : { body }),
        signal: guard.signal,
        publicOnly: body === null && !privateHosts.includes(url.host),
        onSent: (bytes) => {
          if (answered || body === null) return;
          sent += bytes;
          if (sent >= body.size) wait(headerTimeout, limits.answerWithin, 'no answer for too long');
          else guard.moved();
          this.#events.progress(HTTPSTATE.UPLOAD, Math.floor((sent / Math.max(1, body.size)) * 100));
        },
      });
      answered = true;
      wait(bodyTimeout, limits.stallAfter, 'no byte of the answer came for too long');
      return await this.#take(answer, url, guard);
    } finally {
      guard.release();
    }
  }

  #headersFor(url: URL): Record<string, string> {
    const { headers, personal, url: first } = this.#request;
    const { downloadOffset, downloadEnd } = this.#fields;
    const from = downloadOffset + (this.#file?.received ?? 0);
    const sent =
      url.origin === first.origin
        ? { ...headers }
        : Object.fromEntries(Object.entries(headers).filter(([name]) => !personal.includes(name)));
    if (from > 0 || downloadEnd > 0) sent.range = `bytes=${from}-${downloadEnd > 0 ? downloadEnd : ''}`;
    const validator = this.#file?.validator ?? null;
    if (validator !== null) sent['if-range'] = validator;
    return sent;
  }

  async #take(answer: HttpAnswer, url: URL, guard: IdleGuard): Promise<string | null> {
    const { status, headers } = answer;
    const { location } = headers;
    if ([301, 302, 303, 307, 308].includes(status) && location !== undefined) {
      await answer.discard();
      if (this.#request.body !== null && status < 307)
        throw refusal(`${url.host} answered ${status}: a body is sent again for 307 and 308 only`);
      return location;
    }
    const file = this.#file;
    if (this.#request.body !== null) this.#events.progress(HTTPSTATE.UPLOAD, 100);
    const continuing = (file?.validator ?? null) !== null;
    if (status === 416 && continuing) {
      await answer.discard();
      await file?.restart();
      return url.href;
    }
    const continues = status === 206 && continuing;
    this.#events.answered(answer, continues ? (file?.received ?? 0) : 0);
    const unchanged = status === 304 && this.#fields.ims > 0;
    if (!unchanged && (status < 200 || status >= 300)) return this.#refused(answer, url);
    if (!unchanged && this.#request.method === 'GET') this.#checkRange(answer, continues, url);
    if (file === null || unchanged) await this.#gather(answer, guard);
    else await this.#save(file, continues, answer, url, guard);
    return null;
  }

  /** @throws `bad-answer` for another range than was asked for: its bytes would be taken for others */
  #checkRange({ status, headers }: HttpAnswer, continues: boolean, { host }: URL): void {
    const { downloadOffset, downloadEnd } = this.#fields;
    const from = downloadOffset + (continues ? (this.#file?.received ?? 0) : 0);
    const asked = from > 0 || downloadEnd > 0;
    if (status !== 206 && !asked) return;
    const range = status === 206 && asked ? rangeOf(headers['content-range'] ?? '') : null;
    const end = range === null || range.total === null ? null : range.total;
    const whole = downloadEnd > 0 ? Math.min(downloadEnd + 1, end ?? downloadEnd + 1) : end;
    if (range?.from === from && (whole === null || range.end === whole)) return;
    throw refusal(`${host} answered with another range than it was asked for`);
  }

  async #gather(answer: HttpAnswer, guard: IdleGuard): Promise<void> {
    const { bufferSize, concatData } = this.#fields;
    const body = new MemoryBody(Math.max(0, bufferSize), concatData !== false);
    this.#events.data(null);
    let received = 0;
    await answer.consume((chunk) => {
      guard.moved();
      received += chunk.length;
      body.write(chunk);
      this.#events.data(body.data);
      this.#received(received, answer);
    });
  }

  async #save(
    file: FileBody,
    continues: boolean,
    answer: HttpAnswer,
    url: URL,
    guard: IdleGuard,
  ): Promise<void> {
    const most = this.#settings.runtime.limits.maxForeignSize;
    await file.begin(continues, validatorOf(answer));
    await answer.consume(async (chunk) => {
      guard.moved();
      if (file.received + chunk.length > most)
        throw new TransferError('file-too-large', `${url.host}: more than ${most} bytes`);
      await file.write(chunk);
      this.#received(file.received, answer);
    });
    await file.commit();
  }

  #received(received: number, { status, headers }: HttpAnswer): void {
    const end = status === 206 ? (rangeOf(headers['content-range'] ?? '')?.end ?? 0) : 0;
    const total = status === 206 ? end - this.#fields.downloadOffset : lengthOf(headers);
    if (total <= 0) return;
    this.#events.progress(
      HTTPSTATE.DOWNLOAD,
      Math.min(99, Math.floor((received / Math.max(total, received)) * 100)),
    );
  }

  /** What the server says to it is kept, as far as it is short: an app may want to show it. */
  async #refused(answer: HttpAnswer, url: URL): Promise<never> {
    const text = await answer.text(Math.max(1, this.#fields.bufferSize)).catch(() => '');
    this.#events.data(text === '' ? null : new TextEncoder().encode(text));
    const facts = { status: answer.status, headers: answer.headers, body: '' };
    const now = this.#settings.runtime.ports.clock.now();
    const { error, means, retryAfter } = readAnswer({ code: [], rules: [] }, facts, now);
    throw new TransferError(error, `${url.host} answered ${answer.status}`, {
      ...(means === 'retry' ? { retryable: true } : {}),
      ...(retryAfter === null ? {} : { retryAfter }),
    });
  }

  #redirected(from: URL, location: string): URL {
    const to = URL.canParse(location, from.href) ? new URL(location, from.href) : null;
    if (to === null || (to.protocol !== 'http:' && to.protocol !== 'https:'))
      throw refusal(`${from.host} redirects to something that is no http or https URL`);
    if (this.#request.body !== null && to.origin !== from.origin) {
      throw refusal(`${from.host} redirects the upload to somewhere else`);
    }
    return to;
  }
}

/** Bytes of the answer's body; 0: it does not say. */
export function lengthOf(headers: HttpAnswer['headers']): number {
  const length = Number(headers['content-length'] ?? headers['content-size'] ?? 0);
  return Number.isSafeInteger(length) && length > 0 ? length : 0;
}

interface Range {
  readonly from: number;
  /** The byte after its last. */
  readonly end: number;
  /** Bytes of the whole file; null: unknown. */
  readonly total: number | null;
}

/** The range of a partial answer. */
function rangeOf(text: string): Range | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(text);
  if (match === null) return null;
  return {
    from: Number(match[1]),
    end: Number(match[2]) + 1,
    total: match[3] === '*' ? null : Number(match[3]),
  };
}

function refusal(message: string): TransferError {
  return new TransferError('bad-answer', message, { retryable: false });
}
