import { type ErrorCode, TransferError } from '@mesibo-files/handler-core';
import {
  type AnswerMeaning,
  type AnswerReading,
  type HttpBody,
  readAnswer,
  type SignedRequest,
} from '@mesibo-files/handler-core/provider';
import { joined } from '../check/bytes.ts';
import { equal } from '../check/check.ts';
import { classify } from './classify.ts';
import type { SignerTest } from './signer-test.ts';

/** A store's answer, read whole and classified by the plan's rules. */
export interface Carried {
  /** 0 when there was no answer at all. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly meaning: AnswerMeaning;
  readonly error: ErrorCode | undefined;
  /** The store's clock by its answer, in milliseconds since 1970. */
  readonly time: number | null;
}

/** Carries one request out: once, as it stands, with no retry. A connection that breaks counts as refused. */
export async function carry(
  test: SignerTest,
  answers: AnswerReading,
  request: SignedRequest,
  bytes?: Uint8Array,
): Promise<Carried> {
  const { method, url, headers } = request;
  const body = bytes === undefined ? {} : { body: bodyOf(bytes) };
  try {
    const answer = await test.bench.http.send({
      method,
      url,
      headers,
      signal: AbortSignal.timeout(60_000),
      ...body,
    });
    const chunks: Uint8Array[] = [];
    await answer.consume((chunk) => {
      chunks.push(chunk.slice());
    });
    const whole = joined(chunks);
    const text = new TextDecoder().decode(whole.subarray(0, 65_536));
    const read = classify(answers, answer.status, answer.headers, text);
    const engines = readAnswer(
      answers,
      { status: answer.status, headers: answer.headers, body: text },
      Date.now(),
    );
    equal(engines.means, read.meaning, `what the engine reads in an answer ${answer.status}`);
    return { status: answer.status, headers: answer.headers, body: whole, ...read };
  } catch (error) {
    if (!TransferError.is(error) || error.code !== 'network') throw error;
    return {
      status: 0,
      headers: {},
      body: new Uint8Array(),
      meaning: 'refused',
      error: 'network',
      time: null,
    };
  }
}

function bodyOf(bytes: Uint8Array): HttpBody {
  return {
    size: bytes.byteLength,
    *slices() {
      for (let offset = 0; offset < bytes.byteLength; offset += 524_288) {
        yield bytes.subarray(offset, offset + 524_288);
      }
    },
  };
}
