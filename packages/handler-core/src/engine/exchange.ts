import { TransferError } from '../errors/transfer-error.ts';
import type { HttpAnswer, HttpBody } from '../ports/http.ts';
import type { AnswerReading } from '../signer/answer.ts';
import type { SignedRequest } from '../signer/request.ts';
import { answerError, ERROR_BODY_LIMIT, type ReadAnswer, readAnswer } from './answers.ts';
import type { TransferContext } from './context.ts';
import { watch } from './watchdog.ts';

/** One request of a plan, about to be sent. */
export interface Exchange {
  /** Names the request in errors, as in `part 3`. */
  readonly doing: string;
  readonly request: SignedRequest;
  /** Headers that the engine owns, beside the signed ones. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  readonly answers: AnswerReading;
  readonly publicOnly?: boolean;
  /** Bytes of the body left. */
  readonly onSent?: (bytes: number) => void;
  /**
   * Takes the body of an answer that is `done`; `moved` keeps the watchdog quiet. Default: the body is thrown away.
   */
  readonly receive?: (answer: HttpAnswer, moved: () => void) => Promise<void>;
}

/** What came back. */
export interface Outcome {
  readonly answer: HttpAnswer;
  readonly read: ReadAnswer;
}

/**
 * Sends one request once, under the watchdog, and reads the answer by the plan's rules.
 * @throws `network`, `timeout`, `stalled`, … of the way there, and nothing for what the store says: see {@link failure}.
 */
export async function exchange(context: TransferContext, one: Exchange): Promise<Outcome> {
  const { ports, limits, signal } = context;
  const dog = watch(signal, ports.clock, limits, one.doing);
  const size = one.body?.size ?? 0;
  let sent = 0;
  let answered = false;
  if (size === 0) dog.sent();
  try {
    const answer = await ports.http.send({
      method: one.request.method,
      url: one.request.url,
      headers: { ...one.request.headers, ...one.headers },
      ...(one.body === undefined ? {} : { body: one.body }),
      ...(one.publicOnly === undefined ? {} : { publicOnly: one.publicOnly }),
      signal: dog.signal,
      onSent: (bytes) => {
        sent += bytes;
        if (answered) return one.onSent?.(bytes);
        if (sent >= size) dog.sent();
        else dog.moved();
        one.onSent?.(bytes);
      },
    });
    answered = true;
    dog.answered();
    const head = { status: answer.status, headers: answer.headers };
    let read = readAnswer(one.answers, { ...head, body: '' }, ports.clock.now());
    if (read.means === 'done' && one.receive !== undefined) await one.receive(answer, dog.moved);
    else if (read.means === 'done' || read.means === 'more') await answer.discard();
    else {
      const body = await answer.text(ERROR_BODY_LIMIT).catch(() => '');
      read = readAnswer(one.answers, { ...head, body }, ports.clock.now());
    }
    return { answer, read };
  } finally {
    dog.release();
  }
}

/** Meanings after which signing anew may help. */
export function wantsNewSignature(read: ReadAnswer): boolean {
  return read.means === 'expired' || read.means === 'skewed';
}

/** The outcome as an error, for the meanings that the caller has no use for. */
export function failure({ answer, read }: Outcome, doing: string): TransferError {
  if (read.means === 'done' || read.means === 'more') {
    return new TransferError(
      'bad-answer',
      `${doing}: an answer ${answer.status} that fits nothing asked for`,
    );
  }
  return answerError(read, answer.status, doing);
}
