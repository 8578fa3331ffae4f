import { openSignerTest } from '../carry/signer-test.ts';
import type { SignerCase } from '../harness/signer-case.ts';
import type { SignerHarness } from '../harness/signer-harness.ts';

/** Runs one case on a bench of its own; rejects when the guarantee, or the declaration that stands for it, does not hold. */
export async function runSignerCase(each: SignerCase, harness: SignerHarness): Promise<void> {
  const test = await openSignerTest(harness);
  try {
    const lacking = each.needs?.find((need) => !need.declared(test.capabilities, test.bench));
    await (lacking ? lacking.without(test) : each.run(test));
  } finally {
    await test.bench.close();
  }
}

/** What became of a case. */
export interface CaseResult {
  readonly name: string;
  /** Undefined when it passed. */
  readonly error?: unknown;
}

/** Runs cases one after the other with no test runner: for suites of suites, and for reports. */
export async function runSignerCases(
  cases: readonly SignerCase[],
  harness: SignerHarness,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const each of cases) {
    try {
      await runSignerCase(each, harness);
      results.push({ name: each.name });
    } catch (error) {
      results.push({ name: each.name, error });
    }
  }
  return results;
}
