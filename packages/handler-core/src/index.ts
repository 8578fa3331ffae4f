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
export type { SecureDownloads } from './engine/download/secure.ts';
export type { Progress } from './engine/ledger.ts';
export { DEFAULT_TRANSFER_LIMITS, type TransferLimits } from './engine/limits.ts';
export { ERROR_CODES, type ErrorCode } from './errors/codes.ts';
export { TransferError } from './errors/transfer-error.ts';
export { SignedFileTransferHandler } from './handler/handler.ts';
export { type HandlerOptions, type SignedHandlerOptions, signerOptions } from './handler/options.ts';
export { admit } from './handler/policy.ts';
export { memoryJournal } from './journal/memory-journal.ts';
export type { Journal } from './ports/journal.ts';
export type { Ports, Source } from './ports/ports.ts';
export { type AdmissionOptions, DEFAULT_ADMISSION } from './runtime/admission.ts';
export type { TransferEvent, TransferLabel } from './runtime/events.ts';
export { createRuntime, type Runtime, type RuntimeOptions, sharedRuntime } from './runtime/runtime.ts';
export type { StoredObject } from './signer/object.ts';
export type { Signer } from './signer/signer.ts';
export { type DiscardOptions, discardUpload } from './transfers/discard.ts';
export { download, downloadStream } from './transfers/download.ts';
export type { NodeByteSink, WebByteSink } from './transfers/download-to.ts';
export {
  type DownloadSweepOptions,
  type SweepOptions,
  sweepDownloads,
  sweepUploads,
} from './transfers/sweep.ts';
export type {
  DownloadBytesOptions,
  DownloadedBytes,
  DownloadedFile,
  DownloadedStream,
  DownloadOptions,
  DownloadStreamOptions,
  UploadOptions,
} from './transfers/types.ts';
export { upload } from './transfers/upload.ts';
export {
  type FileOfAll,
  type ResultOfAll,
  type UploadAllOptions,
  uploadAll,
} from './transfers/upload-all.ts';
export type { UploadFrom, WebByteStream } from './transfers/upload-from.ts';
