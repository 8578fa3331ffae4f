import { openHandlerTest } from '../handler/handler-test.ts';
import type { HandlerCase } from '../harness/handler-case.ts';
import type { HandlerHarness } from '../harness/handler-harness.ts';

/** Runs one case on a bench of its own; rejects when the guarantee, or the declaration that stands for it, does not hold. */
export async function runHandlerCase(each: HandlerCase, harness: HandlerHarness): Promise<void> {
  const test = await openHandlerTest(harness);
  try {
    const lacking = each.needs?.find((need) => !need.declared(test.capabilities, test.bench));
    await (lacking ? lacking.without(test) : each.run(test));
  } finally {
    test.faults.clear();
    await test.close();
  }
}
