import { describe, it } from 'vitest';
import { openSignerTest } from '../carry/signer-test.ts';
import type { SignerCase } from '../harness/signer-case.ts';
import type { SignerHarness } from '../harness/signer-harness.ts';
import { signerCases } from '../signer-cases/signer-cases.ts';
import { runSignerCase } from './run-signer-case.ts';

/** Milliseconds that one case may take. Most take a few; a busy machine takes its time, and a hang takes for ever. */
const CASE_TIMEOUT = 180_000;

/**
 * Registers the whole suite, or these cases of it, for one signer with vitest. A guarantee that the signer declares not to give becomes a
 * case called "declares no …", which checks that declaration; nothing is skipped.
 */
export function describeSigner(harness: SignerHarness, cases: readonly SignerCase[] = signerCases): void {
  describe(`signer: ${harness.name}`, async () => {
    const { bench, capabilities } = await openSignerTest(harness);
    await bench.close();
    for (const each of cases) {
      const lacking = each.needs?.find((need) => !need.declared(capabilities, bench));
      const name = lacking ? `declares no ${lacking.what}: ${each.name}` : each.name;
      it(name, () => runSignerCase(each, harness), CASE_TIMEOUT);
    }
  });
}
