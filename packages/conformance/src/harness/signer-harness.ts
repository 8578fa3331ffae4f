import type { Signer } from '@mesibo-files/handler-core';
import type { HttpPort } from '@mesibo-files/handler-core/provider';
import type { StoreInspection } from './store.ts';

/** What a case changes in the options of the bench's signer. */
export interface SignerOverrides {
  /** How long a signed request may be used, in milliseconds. */
  readonly timeToLive?: number;
  /** The prefix of every key, without slashes at its ends. It replaces the bench's own. */
  readonly prefix?: string;
  /** How wrong the signer's own clock is, in milliseconds; positive is fast. */
  readonly clockOffset?: number;
}

/** A signer on a store that holds nothing yet, and the means to look behind it. Every case gets one of its own. */
export interface SignerBench {
  readonly signer: Signer;
  /** Another signer on the same store, with these options changed. */
  signerWith(overrides: SignerOverrides): Signer;
  /** Signers that must fail, each with the code of its fault. */
  readonly broken: {
    /** `credentials-wrong`: a key that the store doesn't know, or a wrong secret. */
    wrongCredentials(): Signer;
    /** `bucket-not-found`: a bucket or container that is not there. */
    missingBucket(): Signer;
  };
  /** Carries the signed requests to the store; `plainHttp()` for a store that listens. */
  readonly http: HttpPort;
  readonly store: StoreInspection;
  /**
   * Moves the clocks of the store and of the bench's signers on by so many milliseconds. Undefined on a store whose clock is the world's: the suite
   * then makes requests that live for a second or two, and really waits.
   */
  readonly advance?: (milliseconds: number) => void | Promise<void>;
  /**
   * Whether every upload of this signer is staged, whatever `begin` is told: a server stands behind it, which trusts no
   * client. Default false. The hostile client's chapter then attacks through it.
   */
  readonly staged?: boolean;
  /** Sizes of the files that the cases send, in bytes; as small as the store's rules allow. */
  readonly sizes: {
    /** The most that goes in one request, or fills one part. */
    readonly onePart: number;
    /** A whole multiple, at least twice, of the part size that begin chooses for this size and one byte more. */
    readonly manyParts: number;
  };
  /** Secrets of this bench, as a secret access key; no error may show them. Tickets and signatures are watched anyway. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

/** One store and one way to configure its signer. */
export interface SignerHarness {
  /** Name of the suite in the report, as in `s3 on local-cloud`. */
  readonly name: string;
  /**
   * Opens a bench for one case. Cases run one after the other; a fresh prefix in one bucket is enough to begin with
   * nothing, and a server may be shared by all benches.
   */
  open(): Promise<SignerBench>;
}
