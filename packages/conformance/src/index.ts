export type { SignerTest } from './carry/signer-test.ts';
export { CheckFailed } from './check/check.ts';
export type { HandlerTest } from './handler/handler-test.ts';
export { handlerCases } from './handler-cases/handler-cases.ts';
export type { HandlerCase } from './harness/handler-case.ts';
export type {
  HandlerBench,
  HandlerHarness,
  HandlerOverrides,
  TransferHandler,
} from './harness/handler-harness.ts';
export type { CarriedRequest, NetworkFault, NetworkFaults } from './harness/network-faults.ts';
export type { Need, SignerCase } from './harness/signer-case.ts';
export type { SignerBench, SignerHarness, SignerOverrides } from './harness/signer-harness.ts';
export type { StoredFacts, StoreInspection } from './harness/store.ts';
export { plainHttp } from './http/plain-http.ts';
export { type ProxyWithFaults, proxyFaults } from './http/proxy-faults.ts';
export { describeKills, type KillHarness } from './kills/describe-kills.ts';
export { describeHandler } from './run/describe-handler.ts';
export { describeSigner } from './run/describe-signer.ts';
export { runHandlerCase } from './run/run-handler-case.ts';
export { type CaseResult, runSignerCase, runSignerCases } from './run/run-signer-case.ts';
export { LARGE_PARTS, LARGE_TRANSFERS, sample } from './run/sample.ts';
export { AWKWARD_NAMES } from './signer-cases/names.ts';
export { signerCases } from './signer-cases/signer-cases.ts';
