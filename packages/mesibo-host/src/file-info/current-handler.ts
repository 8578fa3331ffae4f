import type { FileTransferHandler, MesiboFileTransfer } from '@mesibo-files/handler-core';
import { fileType } from '../device/file-type.ts';
import { MODE } from './constants.ts';
import type { FileInfoHandler } from './contract.ts';
import { FileInfo } from './file-info.ts';
import { fileInfoSource } from './mapping.ts';
import { MessageParams } from './message-params.ts';
import { startRun, stopRun } from './runs.ts';

/**
 * Lets a handler of the FileInfo generation serve today's: give what this answers to `addListener`. The handler reports
 * with the function `updateFileTransferProgress`.
 *
 * A FileInfo has no start of its own, so what a handler still reports of a transfer that was stopped counts for the
 * next one, if that has begun with the same FileInfo: a handler must really stop, as mesibo asks of it.
 *
 * @param onError - told when a progress listener throws. Default: a line on `console.warn`
 */
export function toCurrentHandler(
  handler: FileInfoHandler,
  onError: (error: unknown) => void = (error) => console.warn(`mesibo-files: ${String(error)}`),
): FileTransferHandler {
  return bridge(handler, onError, () => null);
}

/**
 * As {@link toCurrentHandler}, for an app that has FileInfos of its own.
 * @param find - the one that the app knows the transfer by; null: none
 */
export function bridge(
  handler: FileInfoHandler,
  onError: (error: unknown) => void,
  find: (transfer: MesiboFileTransfer) => FileInfo | null,
): FileTransferHandler {
  const files = new WeakMap<MesiboFileTransfer, FileInfo>();
  return {
    Mesibo_onStartFileTransfer(transfer) {
      const file = find(transfer) ?? newFileInfo(transfer);
      bringUpToDate(file, transfer);
      files.set(transfer, file);
      return startRun(file, transfer, handler, onError);
    },
    Mesibo_onStopFileTransfer(transfer) {
      const file = files.get(transfer);
      return file === undefined || stopRun(file, transfer);
    },
  };
}

/** What may be another at each start. */
function bringUpToDate(file: FileInfo, transfer: MesiboFileTransfer): void {
  // What the app said of a file that it sends stays said: mesibo asks for its first upload with priority 0.
  file.userInteraction = transfer.priority > 0 || (transfer.upload && file.userInteraction);
  file.secure = transfer.secure;
  file.externalLink = transfer.externalLink;
  const params = file.getParams();
  params.origin = transfer.origin;
  params.ts = transfer.ts;
}

function newFileInfo(transfer: MesiboFileTransfer): FileInfo {
  const params = new MessageParams();
  params.mid = transfer.mid;
  const mode = transfer.upload ? MODE.UPLOAD : MODE.DOWNLOAD;
  const type = fileType(transfer.getPath());
  const source = fileInfoSource(transfer.source);
  const file = new FileInfo(params, mode, type, source, transfer.getPath(), transfer.getUrl());
  file.mid = transfer.mid;
  file.asset = transfer.getPHAsset();
  file.localIdentifier = transfer.getLocalIdentifier();
  file.setData(transfer.getUserObject());
  return file;
}
