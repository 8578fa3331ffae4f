import type { MesiboFileTransfer } from './file-transfer.ts';

/**
 * What an app registers with `addListener` to move its files by itself.
 * Android: `Mesibo.FileTransferHandler`; iOS: optional methods of `MesiboDelegate`. mesibo documents it for those two.
 */
export interface FileTransferHandler {
  /**
   * Starts an upload or a download. The answer is a boolean, not a promise: true, it was started and `setResult` will
   * follow; false, not now: mesibo asks again when the messages are read again, or when the app starts it.
   */
  Mesibo_onStartFileTransfer(file: MesiboFileTransfer): boolean;
  /**
   * Stops what start began; it follows an action of the user. Every sample of mesibo's returns true. Whether
   * `setResult(false)` should follow is undocumented; our handlers report nothing after a stop.
   */
  Mesibo_onStopFileTransfer(file: MesiboFileTransfer): boolean;
}

/** Raw progress of one transfer. Optional; iOS `MesiboDelegate`, Android `Mesibo.FileTransferListener`. */
export interface FileTransferListener {
  Mesibo_onFileTransferProgress(file: MesiboFileTransfer): boolean;
}

/** The message listeners that a transfer touches, on all of mesibo's platforms. All are optional. */
export interface MessageListener<Message = unknown> {
  /** A new message; ask it `hasFile()`. */
  Mesibo_onMessage?(message: Message): void;
  /** Something of the message changed, among it the progress and the end of its file transfer. */
  Mesibo_onMessageUpdate?(message: Message): void;
  /** The message was sent, delivered, read or failed; after an upload it tells that the message left. */
  Mesibo_onMessageStatus?(message: Message): void;
}
