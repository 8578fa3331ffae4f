import { TransferError } from '@mesibo-files/handler-core';
import {
  type PartFacts,
  retryAfterOf,
  type SignerCall,
  type StoreClock,
  storeError,
  toBase64,
} from '@mesibo-files/handler-core/provider';
import { STORE_CODES } from '../format/answers.ts';
import { type Found, foundOf, type ObjectAnswer } from '../format/metadata.ts';
import type { Presign, Unsigned } from '../presign/presign.ts';

/** The signer's own requests to the store. The engine retries a call that fails; nothing here does. */
export class StoreCalls {
  readonly #presign: Presign;
  readonly #clock: StoreClock;

  constructor(presign: Presign, clock: StoreClock) {
    this.#presign = presign;
    this.#clock = clock;
  }

  /**
   * Sends one request. `expected`: codes that are an answer, not a failure.
   * @returns the body's JSON, or the code
   */
  async ask<Answer, Code extends string = never>(
    doing: string,
    call: SignerCall,
    request: Unsigned,
    { body = '', expected = [] }: { readonly body?: string; readonly expected?: readonly Code[] } = {},
  ): Promise<Answer | Code> {
    const headers = { ...request.headers, ...(body === '' ? {} : await bodyHeaders(body)) };
    const began = performance.now();
    for (let mended = false; ; mended = true) {
      const signed = await this.#presign({ ...request, headers });
      const answer = await this.#fetch(doing, call, signed.url, request.method, headers, body);
      // A wrong clock is mended by the store's, once, and the request is signed again.
      const off = this.#clock.learn(Date.parse(answer.headers.get('date') ?? ''), performance.now() - began);
      const value: unknown = await answer.json().catch(() => null);
      if (answer.ok && value !== null) return value as Answer;
      const code = codeOf(value);
      const known = expected.find((each) => each === code);
      if (known !== undefined) return known;
      if (off !== 0 && !mended && (code === 'RequestExpired' || code === 'ClockSkewed')) continue;
      const retryAfter = retryAfterOf(answer.headers.get('retry-after'));
      const failure = { name: code ?? 'NoCode', status: answer.status, requestId: null, retryAfter };
      throw storeError(STORE_CODES, failure, doing);
    }
  }

  async #fetch(
    doing: string,
    { signal }: SignerCall,
    url: string,
    method: string,
    headers: Record<string, string>,
    body: string,
  ): Promise<Response> {
    // fetch writes the length itself, and refuses to be told it.
    const { 'content-length': _, ...others } = headers;
    try {
      return await fetch(url, { method, headers: others, signal, ...(body === '' ? {} : { body }) });
    } catch (error) {
      if (signal.aborted) throw new TransferError('stopped', `${doing}: the call was stopped`);
      // What fetch throws names the cause one level down, as in ECONNREFUSED.
      const cause: unknown = error instanceof Error ? error.cause : null;
      const name = cause instanceof Error && 'code' in cause ? String(cause.code) : 'TypeError';
      throw storeError(STORE_CODES, { name, status: null, requestId: null, retryAfter: null }, doing);
    }
  }

  /** What the store says of an object, or null. */
  async find(key: string, call: SignerCall): Promise<Found | null> {
    const request: Unsigned = { method: 'GET', key, query: { facts: '' } };
    const expected = ['NoSuchKey'] as const;
    const answer = await this.ask<ObjectAnswer, 'NoSuchKey'>('looking at the object', call, request, {
      expected,
    });
    return answer === 'NoSuchKey' ? null : foundOf(answer);
  }

  async remove(key: string, call: SignerCall): Promise<void> {
    await this.ask('removing the object', call, { method: 'DELETE', key });
  }

  /** The parts of an upload by number, or null where the store doesn't know the upload. */
  async parts(key: string, upload: string, call: SignerCall): Promise<ReadonlyMap<number, PartFacts> | null> {
    const request: Unsigned = { method: 'GET', key, query: { upload } };
    const expected = ['NoSuchUpload'] as const;
    type Listed = { readonly parts: readonly { number: number; size: number; sha256: string }[] };
    const answer = await this.ask<Listed, 'NoSuchUpload'>('listing the parts', call, request, { expected });
    if (answer === 'NoSuchUpload') return null;
    return new Map(
      answer.parts.map(({ number, size, sha256 }) => [number, { number, size, digests: { sha256 } }]),
    );
  }

  /** Puts listed parts together. The store refuses if one changed since, or if the key is taken. */
  finish(
    key: string,
    upload: string,
    parts: readonly PartFacts[],
    call: SignerCall,
  ): Promise<object | 'KeyTaken' | 'NoSuchUpload'> {
    const body = JSON.stringify(parts.map(({ digests }) => digests.sha256));
    const expected = ['KeyTaken', 'NoSuchUpload'] as const;
    const request: Unsigned = { method: 'POST', key, query: { upload } };
    return this.ask('putting the parts together', call, request, { body, expected });
  }

  /** False where the store doesn't know the upload. */
  async abort(key: string, upload: string, call: SignerCall): Promise<boolean> {
    const request: Unsigned = { method: 'DELETE', key, query: { upload } };
    const expected = ['NoSuchUpload'] as const;
    return (await this.ask('discarding the upload', call, request, { expected })) !== 'NoSuchUpload';
  }
}

async function bodyHeaders(body: string): Promise<Record<string, string>> {
  const bytes = new TextEncoder().encode(body);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return { 'content-length': String(bytes.length), 'x-sha256': toBase64(digest) };
}

function codeOf(value: unknown): string | null {
  const code: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'code') : null;
  return typeof code === 'string' ? code : null;
}
