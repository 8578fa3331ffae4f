/** The messages of the signing protocol: their types, and readers that check them. */
export {
  capabilities,
  commitAnswer,
  type Nothing,
  nothing,
  type ProblemBody,
  problem,
  type ResumeAnswer,
  readPlan,
  resumeAnswer,
  type SignAnswer,
  signAnswer,
} from './answers.ts';
export { isErrorCode, plan } from './plan.ts';
export { type Reader, type Schema, ShapeError } from './reader.ts';
export {
  type BeginRequest,
  type CommitRequest,
  type ReadRequest,
  type RequestLimits,
  type RequestReaders,
  requestReaders,
  type SignRequest,
  type TicketRequest,
  type UrlRequest,
  writeRequest,
} from './requests.ts';
export { isStoreCode } from './values.ts';
