import type { MesiboMessage } from '../messages/message.ts';
import type { Mesibo } from '../user/mesibo.ts';
import { MODE, TYPE } from './constants.ts';
import { FileInfo } from './file-info.ts';
import { currentSource, currentType, fileInfoSource } from './mapping.ts';
import { MessageParams } from './message-params.ts';

/** What a listener gets of a message. */
export function paramsOf(message: MesiboMessage, mesibo: Mesibo): MessageParams {
  const params = new MessageParams(message.peer);
  params.mid = message.mid;
  params.ts = message.ts;
  params.status = message.status;
  params.origin = message.getOrigin();
  params.expiry = message.expiry;
  params.profile = mesibo.getProfile(message.peer);
  return params;
}

/** The file of a message that was received, or read; null where it has neither file nor location. */
export function fileOf(message: MesiboMessage, params: MessageParams): FileInfo | null {
  const content = message.getFile();
  if (content === null && !message.hasLocation()) return null;
  const mode = message.isIncoming() ? MODE.DOWNLOAD : MODE.UPLOAD;
  const type = content === null ? TYPE.LOCATION : content.type;
  const source = fileInfoSource(content?.source ?? 0);
  const file = new FileInfo(params, mode, type, source, content?.path ?? '', content?.url ?? null);
  file.size = content?.size ?? 0;
  file.mimeType = content?.mimeType ?? null;
  file.title = message.title;
  file.message = message.message;
  file.image = message.getThumbnail();
  file.secure = message.signedFiles;
  file.externalLink = message.openExternally;
  file.mid = message.mid;
  if (message.hasLocation()) {
    file.lat = message.latitude;
    file.lon = message.longitude;
  }
  return file;
}

/** Puts all that the file says into a message that is to be sent. */
export function fill(message: MesiboMessage, file: FileInfo): void {
  setContent(message, file);
  message.title = file.title;
  message.message = file.message;
  if (file.image !== null) message.setThumbnail(file.image);
  message.latitude = file.lat;
  message.longitude = file.lon;
  message.signedFiles = file.secure;
  message.localIdentifier = file.localIdentifier;
  message.asset = file.asset;
}

function setContent(message: MesiboMessage, file: FileInfo): void {
  const [path, url] = [file.getPath(), file.getUrl()];
  const stored = file.isTransferred() || path === '' ? url : null;
  if (path !== '') message.setContent(path);
  const local = message.getFile();
  if (stored !== null) message.setContent(stored);
  const content = message.getFile();
  if (content === null) return;
  // A stored file keeps the facts of the local file: its URL does not say them.
  if (stored !== null && local !== null) Object.assign(content, local, { url: stored });
  message.setContentType(currentType(file.type));
  content.source = currentSource(file.source);
  if (file.mimeType !== null) content.mimeType = file.mimeType;
  content.object = file.getData();
}
