import { TransferError } from '../../errors/transfer-error.ts';
import type { HttpAnswer, HttpBody } from '../../ports/ports.ts';
import type { AnswerReading } from '../../signer/answer.ts';
import type { SignedRequest } from '../../signer/request.ts';
import { answerError, ERROR_BODY_LIMIT, type ReadAnswer, readAnswer } from './answers.ts';
import type { TransferContext } from './context.ts';
import type { RequestMeter } from './meter.ts';
import { noteHost } from './retry.ts';
import { type LeastSpeed, type Watchdog, watch } from './watchdog.ts';

/** One request of a plan, about to be sent. */
export interface Exchange {
  /** Names the request in errors, as in `part 3`. */
  readonly doing: string;
  readonly request: SignedRequest;
  /** Headers that the engine owns, beside the signed ones. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes the body, once the transfer has its lane: until then what it is made of may have been given up. */
  readonly body?: () => HttpBody | Promise<HttpBody>;
  readonly answers: AnswerReading;
  readonly publicOnly?: boolean;
  /** The slowest that the answer may be; a slower one fails as `too-slow`. Default: any. */
  readonly least?: LeastSpeed;
  /** Bytes of the body left. */
  readonly onSent?: (bytes: number) => void;
  /**
   * Takes the body of an answer that is `done`; `moved` keeps the watchdog quiet, and is told of each chunk. Default: the
   * body is thrown away.
   */
  readonly receive?: (answer: HttpAnswer, moved: (bytes: number) => void) => Promise<void>;
}

/** An answer. */
export interface Outcome {
  readonly answer: HttpAnswer;
  readonly read: ReadAnswer;
}

/**
 * Sends one request once, under the watchdog and in the transfer's lane, and reads the answer by the plan's rules.
 * Whatever happens, the answer is consumed or its connection closed before this settles.
 * @throws `network`, `timeout`, `stalled`, `too-slow`, … of the way there, and nothing for what the store says: see
 * {@link failure}.
 */
export function exchange(context: TransferContext, one: Exchange): Promise<Outcome> {
  const { ports, limits, signal, pace } = context;
  return context.lane.use(signal, async () => {
    const { doing, least } = one;
    const body = await one.body?.();
    const meter = (body?.size ?? 0) > 0 ? pace.up.meter() : pace.down.meter();
    const dog = watch(signal, ports, { doing, limits, slack: () => meter.slack(), least });
    try {
      const outcome = await carry(context, one, body, dog, meter);
      meter.answeredAs(outcome.read.means, outcome.read.error);
      return noteHost(outcome, one.request.url);
    } catch (error) {
      // Closes the connection, however far the answer was read: no socket waits for a consumer that will not come.
      dog.fail(error);
      const failed = TransferError.from(error);
      if (!signal.aborted) meter.failed(failed);
      throw noteHost(failed, one.request.url);
    } finally {
      dog.release();
    }
  });
}

async function carry(
  { ports }: TransferContext,
  one: Exchange,
  body: HttpBody | undefined,
  dog: Watchdog,
  meter: RequestMeter,
): Promise<Outcome> {
  const size = body?.size ?? 0;
  let sent = 0;
  let answered = false;
  if (size === 0) {
    dog.sent();
    meter.sent();
  }
  const answer = await ports.http.send({
    method: one.request.method,
    url: one.request.url,
    headers: { ...one.request.headers, ...one.headers },
    ...(body === undefined ? {} : { body }),
    ...(one.publicOnly === undefined ? {} : { publicOnly: one.publicOnly }),
    signal: dog.signal,
    onSent: (bytes) => {
      sent += bytes;
      meter.moved(bytes);
      if (!answered) {
        dog.moved(bytes);
        if (sent >= size) {
          dog.sent();
          meter.sent();
        }
      }
      one.onSent?.(bytes);
    },
  });
  answered = true;
  dog.answered();
  meter.answered();
  const head = { status: answer.status, headers: answer.headers };
  const moved = (bytes: number): void => {
    dog.moved(bytes);
    if (size === 0) meter.moved(bytes);
  };
  let read = readAnswer(one.answers, { ...head, body: '' }, ports.clock.now());
  if (read.means === 'done' && one.receive !== undefined) await one.receive(answer, moved);
  else if (read.means !== 'done' && read.means !== 'more') {
    const body = await answer.text(ERROR_BODY_LIMIT).catch(() => '');
    read = readAnswer(one.answers, { ...head, body }, ports.clock.now());
  }
  // What nobody took is thrown away; after a body that was taken this does nothing.
  await answer.discard();
  return { answer, read };
}

/** Meanings after which signing anew may help. */
export function wantsNewSignature(read: ReadAnswer): boolean {
  return read.means === 'expired' || read.means === 'skewed';
}

/** The outcome as an error, for the meanings that the caller has no use for. */
export function failure(outcome: Outcome, doing: string): TransferError {
  const { answer, read } = outcome;
  if (read.means === 'done' || read.means === 'more') {
    return new TransferError(
      'bad-answer',
      `${doing}: an answer ${answer.status} that fits nothing asked for`,
    );
  }
  return noteHost(answerError(read, answer.status, doing), outcome);
}
