export {
  CONNECTIVITY,
  type Connectivity,
  FILEACTION,
  FILEMODE,
  FILESOURCE,
  FILESTATUS,
  FILETYPE,
  FILETYPE_MASK,
  type FileAction,
  type FileMode,
  type FileSource,
  type FileStatus,
  type FileType,
  HTTPSTATE,
  type HttpState,
  ORIGIN,
  type Origin,
} from './contract/constants.ts';
export type { MesiboFile } from './contract/file.ts';
export type { MesiboFileTransfer, Mid, PostFields } from './contract/file-transfer.ts';
export type { FileTransferHandler, FileTransferListener, MessageListener } from './contract/handler.ts';
export { fromBase64, fromBase64Url, toBase64, toBase64Url } from './digest/base64.ts';
export { combineDigests, isCombinable } from './digest/combine.ts';
export { crcHasher } from './digest/crc-hasher.ts';
export type { DigestAlgorithm, Digests, Hasher, HashPort } from './digest/hash.ts';
export { toHex } from './digest/hex.ts';
export { tableHash } from './digest/table-hash.ts';
export type { SecureDownloads } from './engine/download/secure.ts';
export type { Progress } from './engine/ledger.ts';
export { DEFAULT_TRANSFER_LIMITS, type TransferLimits } from './engine/limits.ts';
export { type AnswerText, type ReadAnswer, readAnswer } from './engine/request/answers.ts';
export { ERROR_CODES, type ErrorCode, type ErrorCodeFacts } from './errors/codes.ts';
export { TransferError, type TransferErrorOptions } from './errors/transfer-error.ts';
export { SignedFileTransferHandler } from './handler/handler.ts';
export type { HandlerOptions, SignedHandlerOptions } from './handler/options.ts';
export { type Admission, admit, type Circumstances } from './handler/policy.ts';
export { memoryJournal } from './journal/memory-journal.ts';
export { contentDisposition, isShownInline } from './naming/content-disposition.ts';
export { contentTypeOf } from './naming/content-type.ts';
export { fileUrlFor, keyOfFileUrl } from './naming/file-url.ts';
export {
  isActiveType,
  isScriptType,
  type MediaType,
  normaliseMediaType,
  parseMediaType,
} from './naming/media-type.ts';
export { cleanPrefix, MAX_KEY_BYTES, type ObjectKeyFacts, objectKey } from './naming/object-key.ts';
export { parseContentDisposition } from './naming/parse-disposition.ts';
export { isTrickName, safeFileName } from './naming/safe-file-name.ts';
export { MAX_SLUG_BYTES, slug } from './naming/slug.ts';
export { MAX_NAME_BYTES, trueName } from './naming/true-name.ts';
export type { Journal, JournalRecord, JournalState, JournalWaiter } from './ports/journal.ts';
export type {
  Clock,
  FilePort,
  HttpAnswer,
  HttpBody,
  HttpPort,
  HttpRequest,
  NetworkPort,
  Ports,
  RandomPort,
  Source,
  SourceFacts,
  Stretch,
  Target,
  TargetOptions,
  Unchanged,
} from './ports/ports.ts';
export { type AdmissionOptions, DEFAULT_ADMISSION, type UnderWayCounts } from './runtime/admission.ts';
export type { TransferEvent, TransferLabel } from './runtime/events.ts';
export { createRuntime, type Runtime, type RuntimeOptions, sharedRuntime } from './runtime/runtime.ts';
export type { Priority, StopListener, StopSignal } from './runtime/stopping.ts';
export type { AnswerMeaning, AnswerReading, AnswerRule, CodeSource } from './signer/answer.ts';
export type { Integrity, ObjectIntegrity } from './signer/digests.ts';
export type { ObjectFacts, ObjectSender, StoredObject } from './signer/object.ts';
export type { PartsPlan, Plan, SessionPlan, SinglePlan, Ticket } from './signer/plan.ts';
export type { SignedPart, SignedRequest, WantedPart } from './signer/request.ts';
export type { HeaderTemplate, SessionDialect } from './signer/session-dialect.ts';
export type {
  BeginCall,
  Capabilities,
  Commit,
  CommitCall,
  FileFacts,
  Manifest,
  PartFacts,
  PendingObject,
  ReadCall,
  ReadPlan,
  Signer,
  SignerCall,
  Staging,
  Stored,
  Unfinished,
  Verdict,
} from './signer/signer.ts';
export { type DiscardOptions, discardUpload } from './transfers/discard.ts';
export { download } from './transfers/download.ts';
export type { UploadIdentity } from './transfers/identity.ts';
export {
  type DownloadSweepOptions,
  type SweepOptions,
  sweepDownloads,
  sweepUploads,
} from './transfers/sweep.ts';
export type { DownloadedFile, DownloadOptions, UploadOptions } from './transfers/types.ts';
export { upload } from './transfers/upload.ts';
