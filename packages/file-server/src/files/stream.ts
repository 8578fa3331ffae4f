import type { ServerResponse } from 'node:http';
import { TransferError } from '@mesibo-files/handler-core';
import type { HttpAnswer } from '@mesibo-files/handler-core/provider';
import type { NodeContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import type { FileAnswer, FileBody } from './answer.ts';
import { IdleGuard } from './idle-guard.ts';
import { checkStoreAnswer, storeRequest } from './store-answer.ts';

/**
 * Sends a file's bytes on as they come from the store, as fast as the client takes them. A client that goes away ends
 * it, which is no error.
 */
export async function streamFile(
  context: NodeContext,
  scope: RequestScope,
  response: ServerResponse,
  { status, headers }: FileAnswer,
  body: FileBody,
): Promise<void> {
  const guard = new IdleGuard(context, scope.signal);
  const client = new Client(response, guard);
  try {
    const begin = (): void => {
      if (!response.headersSent) response.writeHead(status, { ...headers });
    };
    // With the first byte, so that a store which fails before it is a failure that can be told.
    await consume(context, body, guard.signal, (chunk) => {
      begin();
      scope.notes.bytes += chunk.length;
      return client.write(chunk);
    });
    if (scope.notes.bytes !== body.size) {
      throw new TransferError('network', `the store sent ${scope.notes.bytes} of ${body.size} bytes`);
    }
    begin();
    response.end();
  } catch (error) {
    if (client.stands) response.destroy();
    else if (!scope.signal.aborted) throw error;
  } finally {
    guard.release();
  }
}

/** Takes the bytes from where they are: the store itself where it is in this process, else what it answers. */
async function consume(
  { runtime }: NodeContext,
  body: FileBody,
  signal: AbortSignal,
  sink: (chunk: Uint8Array) => Promise<void>,
): Promise<void> {
  const { signer, plan, range, url } = body;
  if (signer.local !== undefined) {
    const [first, end] = range === null ? [0, plan.size] : [range.first, range.end];
    return signer.local.send({ url, version: plan.version, first, end }, sink, { signal });
  }
  const answer = await runtime.ports.http.send({ ...storeRequest(body), method: 'GET', signal });
  await checked(body, answer);
  await answer.consume(sink);
}

async function checked(body: FileBody, answer: HttpAnswer): Promise<void> {
  try {
    checkStoreAnswer(body, answer.status, (name) => answer.headers[name] ?? null);
  } catch (error) {
    await answer.discard().catch(() => undefined);
    throw error;
  }
}

/** The client's side of a download. */
class Client {
  readonly #response: ServerResponse;
  readonly #guard: IdleGuard;
  #taken: (() => void) | null = null;

  constructor(response: ServerResponse, guard: IdleGuard) {
    this.#response = response;
    this.#guard = guard;
    // A write to a closing connection may never call back. The signal itself ends the store's answer.
    guard.signal.addEventListener('abort', () => this.#taken?.(), { once: true });
  }

  /** It was given bytes, and has not taken them. */
  get stands(): boolean {
    return this.#taken !== null;
  }

  /** The chunk is the memory of the store's socket: it is good until the client's socket has taken it. */
  write(chunk: Uint8Array): Promise<void> {
    this.#guard.moved();
    return new Promise((resolve) => {
      this.#taken = resolve;
      this.#response.write(chunk, (error) => {
        if (error) return;
        this.#taken = null;
        this.#guard.moved();
        resolve();
      });
    });
  }
}
