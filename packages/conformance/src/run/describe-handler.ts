import { describe, it } from 'vitest';
import { call } from '../carry/signer-test.ts';
import { handlerCases } from '../handler-cases/handler-cases.ts';
import type { HandlerCase } from '../harness/handler-case.ts';
import type { HandlerHarness } from '../harness/handler-harness.ts';
import { runHandlerCase } from './run-handler-case.ts';

/** Milliseconds that one case may take. Most take a few; a busy machine takes its time, and a hang takes for ever. */
const CASE_TIMEOUT = 180_000;

/** Registers the whole suite, or these cases of it, for one handler with vitest; nothing is skipped, as with `describeSigner`. */
export function describeHandler(harness: HandlerHarness, cases: readonly HandlerCase[] = handlerCases): void {
  describe(`handler: ${harness.name}`, async () => {
    const bench = await harness.open();
    const capabilities = await bench.signer.capabilities(call).finally(() => bench.close());
    for (const each of cases) {
      const lacking = each.needs?.find((need) => !need.declared(capabilities, bench));
      const name = lacking ? `declares no ${lacking.what}: ${each.name}` : each.name;
      it(name, () => runHandlerCase(each, harness), CASE_TIMEOUT);
    }
  });
}
