import {
  FILESOURCE,
  type FileType,
  type Progress,
  type StoredObject,
  TransferError,
  type UploadFrom,
  upload,
} from '@mesibo-files/handler-core';
import { fileType } from '../device/file-type.ts';
import type { JavaScriptSettings } from './options.ts';
import { midOf } from './read-message.ts';
import { type JavaScriptMessage, type JavaScriptProfile, offers } from './shapes.ts';

/** What is sent. */
export interface OutgoingFile {
  /** The file: a path, a File or Blob of the page, bytes, a stream, a URL, or any `Source`. */
  readonly from: UploadFrom;
  /** The name that the receiver sees. Default: the source's own. */
  readonly name?: string;
  /** One of `FILETYPE`. Default: by the name's extension. */
  readonly type?: FileType;
  /** MIME type. Default: by the name's extension. */
  readonly contentType?: string;
  readonly title?: string;
  /** Text. */
  readonly message?: string;
  /** A small picture, in whatever form mesibo's `setThumbnail` takes. Left out where mesibo has none. */
  readonly thumbnail?: unknown;
  /** The file is protected: nobody gets it without a token. Sets the message's `signedFiles` or `secureDownload`. Default false. */
  readonly secure?: boolean;
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the upload, and sends no message. The next `send` of the same file resumes it. */
  readonly signal?: AbortSignal;
  /** Larger is sooner. Default 0. */
  readonly priority?: number;
}

/** A message that was given to mesibo to be sent. */
export interface SentFile extends StoredObject {
  readonly message: JavaScriptMessage;
  /** Whether a thumbnail went with it. */
  readonly thumbnail: boolean;
}

/** Uploads first; then mesibo is given the URL, and sends it. Until then mesibo has nothing to send. */
export async function sendFile(
  settings: JavaScriptSettings,
  profile: JavaScriptProfile,
  file: OutgoingFile,
  beforeSend: (url: string) => void,
): Promise<SentFile> {
  const message = profile.newMessage();
  if (!offers(message, 'setContent') || !offers(message, 'send')) throw noMessage();
  const {
    from,
    name,
    type,
    contentType,
    title,
    thumbnail,
    secure = false,
    onProgress,
    signal,
    priority,
  } = file;
  const { uid, runtime, signer } = settings;
  const stored = await upload({
    signer,
    from,
    mid: midOf(message),
    source: FILESOURCE.MESSAGE,
    uid: typeof uid === 'function' ? uid() : (uid ?? 0),
    secure,
    ...(runtime === undefined ? {} : { runtime }),
    ...(name === undefined ? {} : { name }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
    ...(priority === undefined ? {} : { priority }),
  });
  message.setContent(stored.url);
  if (secure) protect(message);
  if (offers(message, 'setContentType')) message.setContentType(type ?? fileType(stored.name ?? 'file'));
  if (title !== undefined) message.title = title;
  if (file.message !== undefined) message.message = file.message;
  const pictured = thumbnail !== undefined && offers(message, 'setThumbnail');
  if (pictured) message.setThumbnail(thumbnail);
  beforeSend(stored.url);
  message.send();
  return { ...stored, message, thumbnail: pictured };
}

/** Tells the receiver, by whichever name this version of mesibo has. The store keeps the file protected in any case. */
function protect(message: JavaScriptMessage): void {
  if ('signedFiles' in message) message.signedFiles = true;
  if ('secureDownload' in message) message.secureDownload = true;
}

function noMessage(): TransferError {
  return new TransferError('unsupported', 'newMessage() gave no message with setContent and send', {
    hint: "Give send() a profile of mesibo's: mesibo.getProfile(address, 0).",
  });
}
