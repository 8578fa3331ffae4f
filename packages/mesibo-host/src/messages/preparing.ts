import { FILETYPE, type MesiboFile } from '@mesibo-files/handler-core';
import { contentTypeOf } from '@mesibo-files/handler-core/provider';
import { fileType } from '../device/file-type.ts';
import type { MediaWishes, PreparedMedia } from '../device/media.ts';
import type { HostFiles } from '../device/node-files.ts';
import type { MesiboMessageProperties } from './message-properties.ts';
import type { MessageRecord } from './message-record.ts';

/** What a message's properties ask for before its file is sent. */
export function sendingWishes(
  properties: Readonly<MesiboMessageProperties>,
  folder: string,
  hasThumbnail: boolean,
): MediaWishes {
  const { imageProcessing, sendThumbnail, sendHqThumbnail, thumbnailMaxSide } = properties;
  const { thumbnailAspectRatio, maxPreviewSize, passthroughSize, copyFiles } = properties;
  return {
    folder,
    removeMetadata: true,
    imageProcessing,
    // One that the app gave goes before one that is made.
    sendThumbnail: sendThumbnail && !hasThumbnail,
    sendHqThumbnail,
    thumbnailMaxSide,
    thumbnailAspectRatio,
    maxPreviewSize,
    passthroughSize,
    copyFiles,
  };
}

/** Nothing but a thumbnail, of a file that came. */
export function extractingWishes(properties: Readonly<MesiboMessageProperties>, folder: string): MediaWishes {
  const wishes = sendingWishes(properties, folder, false);
  return { ...wishes, sendThumbnail: true, removeMetadata: false, imageProcessing: false, copyFiles: false };
}

/** Puts what was prepared in the place of the file; its name changes only with its kind. */
export function usePrepared(
  record: MessageRecord,
  file: MesiboFile,
  prepared: PreparedMedia,
  files: Pick<HostFiles, 'name' | 'size'>,
): void {
  record.prepared = prepared;
  record.thumbnail ??= prepared.thumbnail;
  if (prepared.path === file.path) return;
  const name = files.name(prepared.path);
  file.size = files.size(prepared.path);
  file.name = name;
  file.mimeType = contentTypeOf(name);
  if (record.contentType === FILETYPE.AUTO) file.type = fileType(name);
}
