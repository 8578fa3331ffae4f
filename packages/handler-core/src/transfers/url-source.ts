import { httpUrl, redirected } from '../engine/download/plain.ts';
import { onStop, stopReason } from '../engine/request/time.ts';
import { codeOfStatus } from '../errors/http-status.ts';
import { TransferError } from '../errors/transfer-error.ts';
import { parseContentDisposition } from '../naming/parse-disposition.ts';
import { trueName } from '../naming/true-name.ts';
import type { HttpAnswer, Source } from '../ports/ports.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type ChunkReader, streamSource } from './stream-source.ts';

const MOST_REDIRECTS = 5;

/** The name of what a URL leads to, as far as the URL tells. */
export function nameInUrl(url: URL): string {
  const last = url.pathname.split('/').findLast((segment) => segment !== '') ?? '';
  try {
    return trueName(decodeURIComponent(last));
  } catch {
    return trueName(last);
  }
}

/**
 * Asks for what a URL leads to, so that it can be uploaded while it comes in. No credential goes along. Each hop's
 * address is judged: loopback, private and link-local ones are refused but for `privateHosts`. At most `maxForeignSize`.
 * @throws `invalid-url`, `address-forbidden`, `object-not-found`, `file-too-large`, …
 */
export async function openUrl(
  { ports, limits }: Pick<Runtime, 'ports' | 'limits'>,
  from: URL,
  privateHosts: readonly string[],
  stopped: AbortSignal,
): Promise<Source> {
  const reading = new AbortController();
  const release = onStop(stopped, () => reading.abort(stopReason(stopped)));
  const within = <T>(milliseconds: number, what: string, work: Promise<T>): Promise<T> => {
    const cancel = ports.clock.after(milliseconds, () =>
      reading.abort(new TransferError('timeout', `${what} for ${milliseconds} ms`)),
    );
    return work.finally(cancel);
  };
  let url = httpUrl(from.href);
  try {
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const sent = ports.http.send({
        method: 'GET',
        url: url.href,
        headers: {},
        signal: reading.signal,
        publicOnly: !privateHosts.includes(url.host),
      });
      const answer = await within(limits.answerWithin, `${url.host}: no answer`, sent);
      const location = answer.headers.location;
      if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
        await answer.discard();
        url = redirected(url, location);
        continue;
      }
      if (answer.status !== 200) {
        await answer.discard();
        throw new TransferError(
          codeOfStatus(answer.status),
          `${url.host} answered ${answer.status} to a GET`,
        );
      }
      const { chunks, size } = new PulledBody(answer, limits.maxForeignSize);
      return streamSource(
        {
          next: () => within(limits.stallAfter, `${url.host}: no byte came`, chunks.next()),
          stop: async () => {
            release();
            reading.abort(new TransferError('stopped', 'nobody wants the rest'));
          },
        },
        { name: nameOf(answer, url), size, ...typeOf(answer) },
      );
    }
    throw new TransferError('bad-answer', `more than ${MOST_REDIRECTS} redirects`, { retryable: false });
  } catch (error) {
    release();
    // Closes the connection, however far the answer was read.
    reading.abort(error);
    throw error;
  }
}

function nameOf({ headers }: HttpAnswer, url: URL): string {
  const stated = headers['content-disposition'];
  return (stated === undefined ? null : parseContentDisposition(stated)) ?? nameInUrl(url);
}

function typeOf({ headers }: HttpAnswer): { readonly contentType?: string } {
  const contentType = headers['content-type'];
  return contentType === undefined ? {} : { contentType };
}

/** The body of an answer, which is pushed, as chunks that are pulled: the socket waits while nobody asks. */
class PulledBody {
  readonly chunks: Pick<ChunkReader, 'next'>;
  /** Bytes, where the answer tells; a compressed answer tells the compressed length. */
  readonly size: number | null;

  constructor(answer: HttpAnswer, most: number) {
    const { 'content-length': length, 'content-encoding': encoding } = answer.headers;
    this.size = length === undefined || encoding !== undefined ? null : Number(length);
    if (this.size !== null && this.size > most) throw tooLarge(this.size, most);
    let wanted: ((chunk: Uint8Array) => void) | null = null;
    let taken: (() => void) | null = null;
    let ended: Promise<{ readonly done: true }> | null = null;
    let received = 0;
    const consume = async (): Promise<{ readonly done: true }> => {
      await answer.consume((chunk) => {
        received += chunk.length;
        if (received > most) throw tooLarge(received, most);
        wanted?.(chunk.slice());
        wanted = null;
        return new Promise<void>((resolve) => {
          taken = resolve;
        });
      });
      return { done: true };
    };
    this.chunks = {
      next: () => {
        const chunk = new Promise<{ readonly value: Uint8Array }>((resolve) => {
          wanted = (value) => resolve({ value });
        });
        taken?.();
        ended ??= consume();
        return Promise.race([chunk, ended]);
      },
    };
  }
}

function tooLarge(size: number, most: number): TransferError {
  return new TransferError(
    'file-too-large',
    `the URL has ${size} bytes or more, and ${most} may be fetched`,
    {
      hint: 'Raise `limits.maxForeignSize` if you trust the URL.',
    },
  );
}
