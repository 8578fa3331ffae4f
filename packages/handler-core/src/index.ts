export type { AdmissionOptions } from './admission/options.ts';
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
export { DEFAULT_TRANSFER_LIMITS, type TransferLimits } from './engine/options.ts';
export type { DownloadedFile, DownloadOptions, Progress, UploadOptions } from './engine/transfers.ts';
export { ERROR_CODES, type ErrorCode, type ErrorCodeFacts } from './errors/codes.ts';
export { TransferError, type TransferErrorOptions } from './errors/transfer-error.ts';
export type { HandlerOptions } from './handler/options.ts';
export type { Clock } from './ports/clock.ts';
export type { FilePort, Source, SourceFacts, Target } from './ports/files.ts';
export type { Hasher, HashPort } from './ports/hash.ts';
export type { HttpAnswer, HttpBody, HttpPort, HttpRequest } from './ports/http.ts';
export type { Journal, JournalRecord } from './ports/journal.ts';
export type { NetworkPort } from './ports/network.ts';
export type { Ports } from './ports/ports.ts';
export type { RandomPort } from './ports/random.ts';
export type { TransferEvent, TransferLabel } from './runtime/events.ts';
export type { Runtime, RuntimeOptions } from './runtime/runtime.ts';
export type { AnswerMeaning, AnswerReading, AnswerRule, CodeSource } from './signer/answer.ts';
export type { DigestAlgorithm, Digests, Integrity, ObjectIntegrity } from './signer/digests.ts';
export type { ObjectFacts, StoredObject } from './signer/object.ts';
export type { PartsPlan, Plan, SessionPlan, SinglePlan, Ticket } from './signer/plan.ts';
export type { SignedPart, SignedRequest, WantedPart } from './signer/request.ts';
export type { HeaderTemplate, SessionDialect } from './signer/session-dialect.ts';
export type {
  Capabilities,
  Commit,
  FileFacts,
  Manifest,
  PartFacts,
  ReadPlan,
  Signer,
  SignerCall,
  Stored,
  Unfinished,
} from './signer/signer.ts';
