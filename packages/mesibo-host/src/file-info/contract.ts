import type { FileInfo, FileTransferProgressListener } from './file-info.ts';
import type { MessageParams } from './message-params.ts';

/** A file transfer handler of the FileInfo generation; it reports with `updateFileTransferProgress`. */
export interface FileInfoHandler {
  /** Starts what the file says: true; or not now: false. */
  Mesibo_onStartFileTransfer(file: FileInfo): boolean;
  /** Stops it. */
  Mesibo_onStopFileTransfer(file: FileInfo): boolean;
}

/** What listeners get of messages. */
export interface FileListener {
  /** A message with a file or a location came, or was read again. */
  Mesibo_onFile?(params: MessageParams, file: FileInfo): void;
  /** A message with neither file nor location came, or was read again: its text, in UTF-8. */
  Mesibo_onMessage?(params: MessageParams, data: Uint8Array): void;
  /** A message got further: `params.status`, and `params.mid` as the app gave it when it sent: the low 32 bits of the id. */
  Mesibo_onMessageStatus?(params: MessageParams): void;
}

/** Anything that has some of these methods; it gets the calls of those it has. */
export type FileInfoListener = Partial<FileInfoHandler & FileTransferProgressListener> & FileListener;
