export { retryAfterOf } from '../errors/retry-after.ts';
export { trimEnd } from '../naming/trim.ts';
export { systemRandom as webRandom } from '../ports/system.ts';
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
export { isBaseUrl, isHeaderValue, isPrefix, isWhole, OptionChecks } from './option-checks.ts';
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
  isCount,
  isHeaderText,
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
