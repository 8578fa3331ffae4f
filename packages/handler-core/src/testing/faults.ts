import type { HttpRequest } from '../ports/http.ts';
import type { Signer } from '../signer/signer.ts';

/** Methods of a signer that ask the store something. */
export type SignerMethod = Exclude<keyof Signer, 'owns'>;

/**
 * Things that go wrong inside the store, set by a test at any time. What goes wrong on the way there is `faultyHttp`'s.
 */
export interface StoreFaults {
  /** Before a signer's method does anything; what it throws is what the caller gets. */
  beforeSigner?: ((method: SignerMethod) => void | Promise<void>) | undefined;
  /** After a signer's method did its work: what it throws makes a lost answer. */
  afterSigner?: ((method: SignerMethod) => void | Promise<void>) | undefined;
  /** How many milliseconds the store waits before it looks at a request. */
  delay?: ((request: HttpRequest) => number) | undefined;
  /** Of a session's chunk of this many bytes, how many are kept, although all arrived. */
  storeOnly?: ((size: number) => number) | undefined;
}
