import type { FileTransferHandler } from '@mesibo-files/handler-core';
import type { FileInfoHandler } from './contract.ts';
import type { FileInfo } from './file-info.ts';
import { FileInfoTransfer } from './file-info-transfer.ts';

/** Lets a handler of today's generation serve the FileInfo generation. */
export function toFileInfoHandler(handler: FileTransferHandler): FileInfoHandler {
  const transfers = new WeakMap<FileInfo, FileInfoTransfer>();
  return {
    Mesibo_onStartFileTransfer(file) {
      transfers.get(file)?.end();
      const transfer = new FileInfoTransfer(file);
      transfers.set(file, transfer);
      let answer = false;
      try {
        answer = handler.Mesibo_onStartFileTransfer(transfer);
        return answer;
      } finally {
        if (answer !== true) transfer.end();
      }
    },
    Mesibo_onStopFileTransfer(file) {
      const transfer = transfers.get(file);
      if (transfer === undefined) return true;
      transfer.end();
      return handler.Mesibo_onStopFileTransfer(transfer);
    },
  };
}
