import type { Signer } from '@mesibo-files/handler-core';
import type { SignerBench, SignerHarness } from '../harness/signer-harness.ts';

/** One fault that a signer might have, and the cases that must find it. */
export interface BrokenSigner {
  /** The fault in a few words. */
  readonly name: string;
  /** Names of cases that must all fail, at least. */
  readonly caughtBy: readonly string[];
  /** The same bench, with the fault. */
  breaks(bench: SignerBench): SignerBench;
}

/** The harness, with every bench broken. */
export function brokenHarness(harness: SignerHarness, fault: BrokenSigner): SignerHarness {
  return { name: `${harness.name}, ${fault.name}`, open: async () => fault.breaks(await harness.open()) };
}

/** A fault in the signer itself: every signer of the bench is decorated. */
export function inSigner(
  decorate: (good: Signer, bench: SignerBench) => Partial<Signer>,
): BrokenSigner['breaks'] {
  return (bench) => {
    const broken = (good: Signer): Signer => ({ ...good, ...decorate(good, bench) });
    return {
      ...bench,
      signer: broken(bench.signer),
      signerWith: (overrides) => broken(bench.signerWith(overrides)),
    };
  };
}
