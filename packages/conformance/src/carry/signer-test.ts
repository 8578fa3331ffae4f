import type { Capabilities, SignerCall } from '@mesibo-files/handler-core/provider';
import { SecretWatch } from '../check/secrets.ts';
import type { SignerBench, SignerHarness } from '../harness/signer-harness.ts';
import { type SortedStore, sortedStore } from '../harness/store.ts';

/** What a case is given: the bench, what its signer declares, and the watch over secrets. */
export interface SignerTest {
  readonly bench: SignerBench & { readonly store: SortedStore };
  readonly capabilities: Capabilities;
  readonly secrets: SecretWatch;
}

/** A call that nobody stops. */
export const call: SignerCall = { signal: new AbortController().signal };

/** Opens a bench, asks its signer what it can do, and keeps the bench's secrets in mind. */
export async function openSignerTest(harness: SignerHarness): Promise<SignerTest> {
  const bench = await harness.open();
  try {
    const secrets = new SecretWatch();
    for (const secret of bench.secrets) secrets.add(secret, 'a secret of the bench');
    const store = sortedStore(bench.store);
    return { bench: { ...bench, store }, capabilities: await bench.signer.capabilities(call), secrets };
  } catch (error) {
    await bench.close();
    throw error;
  }
}

/** Lets this much time pass: on the store's own clock where it has one, else by waiting. */
export async function pass(bench: SignerBench, milliseconds: number): Promise<void> {
  if (bench.advance) return await bench.advance(milliseconds);
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
