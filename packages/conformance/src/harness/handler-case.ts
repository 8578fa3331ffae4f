import type { HandlerTest } from '../handler/handler-test.ts';
import type { Need } from './signer-case.ts';

/** One guarantee of a handler, as data. */
export interface HandlerCase {
  /** The guarantee, in a few words; unique in the suite. */
  readonly name: string;
  /** Declarations without which the guarantee has no meaning. All must hold. */
  readonly needs?: readonly Need[];
  /** Rejects when the guarantee does not hold. */
  run(test: HandlerTest): Promise<void>;
}
