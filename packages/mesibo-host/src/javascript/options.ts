import {
  type FileTransferHandler,
  SignedFileTransferHandler,
  type SignedHandlerOptions,
} from '@mesibo-files/handler-core';
import type { IncomingFile, ReceivedFile } from './received-file.ts';

/** Options of {@link attachFiles}: those of a handler, and where its files go. */
export interface JavaScriptFilesOptions extends SignedHandlerOptions {
  /**
   * Chooses where a received file goes: in Node an absolute path that nothing else has. Asked once a file; if it
   * throws, again when the message is told of again.
   */
  readonly pathFor: (file: IncomingFile) => string;
  /** Told when a file was received, and of every change of its download: ask it what it is. */
  readonly onFile?: (file: ReceivedFile) => void;
  /** The handler that downloads. Default: a `SignedFileTransferHandler` with these options. */
  readonly handler?: FileTransferHandler;
  /** Gets an error that nobody else can get: a callback of the app threw. Default: a line on `console.warn`. */
  readonly onFault?: (error: unknown) => void;
}

/** The options with their defaults filled in. */
export type JavaScriptSettings = JavaScriptFilesOptions &
  Required<Pick<JavaScriptFilesOptions, 'onFile' | 'handler' | 'onFault'>>;

export function withDefaults(options: JavaScriptFilesOptions): JavaScriptSettings {
  return {
    ...options,
    onFile: options.onFile ?? (() => undefined),
    handler: options.handler ?? new SignedFileTransferHandler(options),
    onFault: options.onFault ?? ((error) => console.warn(`mesibo-files: ${String(error)}`)),
  };
}
