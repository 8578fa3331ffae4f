export { fromBase64, fromBase64Url, toBase64, toBase64Url } from '../digest/base64.ts';
export { combineDigests } from '../digest/combine.ts';
export type { DigestAlgorithm, Digests, Hasher, HashPort } from '../digest/hash.ts';
export { toHex } from '../digest/hex.ts';
export { tableHash } from '../digest/table-hash.ts';
export { type AnswerText, type ReadAnswer, readAnswer } from '../engine/request/answers.ts';
export { retryAfterOf } from '../errors/retry-after.ts';
export type { TransferErrorOptions } from '../errors/transfer-error.ts';
export { answeredDisposition, contentDisposition } from '../naming/content-disposition.ts';
export { contentTypeFor, contentTypeOf } from '../naming/content-type.ts';
export { isCount } from '../naming/facts.ts';
export { fileUrlFor, keyOfFileUrl } from '../naming/file-url.ts';
export { isScriptType, normaliseMediaType, parseMediaType } from '../naming/media-type.ts';
export { cleanPrefix, MAX_KEY_BYTES, objectKey } from '../naming/object-key.ts';
export { type Disposition, parseContentDisposition, parseDisposition } from '../naming/parse-disposition.ts';
export { isTrickName, safeFileName } from '../naming/safe-file-name.ts';
export { trimEnd } from '../naming/trim.ts';
export { trueName } from '../naming/true-name.ts';
export type { JournalRecord, JournalState, JournalWaiter } from '../ports/journal.ts';
export type {
  Clock,
  FilePort,
  HttpAnswer,
  HttpBody,
  HttpPort,
  HttpRequest,
  NetworkPort,
  RandomPort,
  SourceFacts,
  Stretch,
  Target,
  TargetOptions,
  Unchanged,
} from '../ports/ports.ts';
export { systemRandom as webRandom } from '../ports/system.ts';
export type { AnswerMeaning, AnswerReading, AnswerRule, CodeSource } from '../signer/answer.ts';
export type { Integrity, ObjectIntegrity } from '../signer/digests.ts';
export type { ObjectFacts, ObjectSender } from '../signer/object.ts';
export type { PartsPlan, Plan, SessionPlan, SinglePlan, Ticket } from '../signer/plan.ts';
export type { SignedPart, SignedRequest, WantedPart } from '../signer/request.ts';
export type { HeaderTemplate, SessionDialect } from '../signer/session-dialect.ts';
export type {
  BeginCall,
  ByteSource,
  Capabilities,
  Commit,
  CommitCall,
  FileFacts,
  LocalPart,
  LocalStore,
  LocalUpload,
  Manifest,
  PartFacts,
  PendingObject,
  ReadCall,
  ReadPlan,
  SignerCall,
  Staging,
  Stored,
  Unfinished,
  Verdict,
} from '../signer/signer.ts';
export { assembleSigner, type ProviderMethods } from './assemble-signer.ts';
export { type BeginSettings, beginFacts } from './begin-facts.ts';
export {
  type CacheControl,
  type CacheControlBySource,
  cacheControlFor,
  isCacheControl,
} from './cache-control.ts';
export {
  type CommonLimits,
  type CommonOptions,
  type CommonSettings,
  commonSettings,
} from './common-options.ts';
export { type Crc32Function, crcHashes } from './crc-hashes.ts';
export { type EndedPlaces, endedUpload, type Resumed, resumed } from './ended-upload.ts';
export {
  type ByteRange,
  evaluateRead,
  type ReadOutcome,
  type ReadRequest,
  type ReadTarget,
} from './evaluate-read.ts';
export { checkFileFacts, type KeySettings, keyFor } from './file-facts.ts';
export {
  COPYING,
  commitFound,
  commitMade,
  commitSingle,
  dropContradiction,
  dropOwn,
  earlierCommit,
  type FinalPlace,
  findCommitted,
  plannedFacts,
  type StagedObject,
} from './found-commit.ts';
export { abortParts, type ComparedParts, compareParts, partsInOrder, partsOfWhole } from './listed-parts.ts';
export { isOurs, objectMetadata, senderOf, senderOfTicket } from './object-metadata.ts';
export {
  isBaseUrl,
  isHeaderValue,
  isPrefix,
  isWhole,
  OptionChecks,
  type OptionsSchema,
  type SchemaIssue,
} from './option-checks.ts';
export { findOwnKey, type OwnKeys, ownKey } from './own-keys.ts';
export { checkPart, type PartsOfTicket } from './part-check.ts';
export { partCount, partLength, partSizeFor } from './part-sizes.ts';
export { isPendingName, keyOfPending, pendingFolder, pendingName } from './pending-key.ts';
export {
  type FoundObject,
  manifestFault,
  objectFault,
  type Refused,
  refused,
  ticketFault,
} from './refusal.ts';
export { Serial } from './serial.ts';
export { enterCall } from './signer-call.ts';
export {
  assertUndecided,
  commitStaged,
  dropPending,
  inspectPending,
  type Landed,
  pendingObject,
  refusalIn,
  refusalMetadata,
  type StagedStore,
} from './staged-commit.ts';
export { StoreClock } from './store-clock.ts';
export { codeRules, meaningOf, type StoreAnswers, type StoreCodes, storeAnswers } from './store-codes.ts';
export { type StoreFailure, storeError } from './store-failure.ts';
export {
  COMMON_FIELDS,
  type CommonTicketFacts,
  isText,
  readTicketFacts,
  refusedTicket,
  type TicketFields,
  writeTicketFacts,
} from './ticket-facts.ts';
export {
  type ListedPartsUpload,
  type ListedUpload,
  silentUploads,
  sweptByName,
  sweptFacts,
  type UnfinishedUploads,
} from './unfinished-uploads.ts';
export { DAY, GIB, KEPT_FOR, KIB, MIB, MINUTE, SECOND, TIB } from './units.ts';
