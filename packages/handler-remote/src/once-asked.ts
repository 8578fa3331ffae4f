import { TransferError } from '@mesibo-files/handler-core';
import type { SignerCall } from '@mesibo-files/handler-core/provider';

/** Something that doesn't change, asked for once, for all who want it. What failed is asked for again by the next. */
export class OnceAsked<Value> {
  readonly #ask: (call: SignerCall) => Promise<Value>;
  #asked: Promise<Value> | null = null;

  constructor(ask: (call: SignerCall) => Promise<Value>) {
    this.#ask = ask;
  }

  /** @throws `stopped` for the caller who stops; the others keep waiting */
  async get({ signal }: SignerCall): Promise<Value> {
    if (signal.aborted) throw stopped();
    this.#asked ??= this.#ask({ signal: new AbortController().signal }).catch((error: unknown) => {
      this.#asked = null;
      throw error;
    });
    let release = (): void => undefined;
    const ended = new Promise<never>((_, reject) => {
      const stop = (): void => reject(stopped());
      signal.addEventListener('abort', stop);
      release = () => signal.removeEventListener('abort', stop);
    });
    return Promise.race([this.#asked, ended]).finally(release);
  }
}

function stopped(): TransferError {
  return new TransferError('stopped', 'asking what the server can do: stopped');
}
