import type { Capabilities } from '@mesibo-files/handler-core/provider';
import type { SignerTest } from '../carry/signer-test.ts';
import type { SignerBench } from './signer-harness.ts';

/** Something that a signer may or may not declare, on which a case depends. */
export interface Need {
  /** The capability's name, as in `sessions`; a signer without it gets a case called "declares no sessions: …". */
  readonly what: string;
  declared(capabilities: Capabilities, bench: SignerBench): boolean;
  /** What must hold where it is not declared: the check of the declaration itself. */
  without(test: SignerTest): Promise<void>;
}

/** One guarantee of the signer port, as data. */
export interface SignerCase {
  /** The guarantee, in a few words; unique in the suite. */
  readonly name: string;
  /** Declarations without which the guarantee has no meaning. All must hold. */
  readonly needs?: readonly Need[];
  /** Rejects when the guarantee does not hold. */
  run(test: SignerTest): Promise<void>;
}
