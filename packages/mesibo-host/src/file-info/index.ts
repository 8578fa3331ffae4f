export {
  FLAG_FILEFAILED,
  FLAG_FILETRANSFERRED,
  MESSAGE_ORIGIN,
  type MessageOrigin,
  MODE,
  type Mode,
  SOURCE,
  type Source,
  STATUS,
  type Status,
  TYPE,
  type Type,
} from './constants.ts';
export type { FileInfoHandler, FileInfoListener, FileListener } from './contract.ts';
export { toCurrentHandler } from './current-handler.ts';
export type { FileTransferProgressListener } from './file-info.ts';
export { FileInfo } from './file-info.ts';
export { toFileInfoHandler } from './file-info-handler.ts';
export { currentOrigin, currentSource, currentType, fileInfoSource } from './mapping.ts';
export { FileInfoMesibo, type FileInfoMesiboOptions, type Location } from './mesibo.ts';
export { MessageParams } from './message-params.ts';
export { updateFileTransferProgress } from './runs.ts';
