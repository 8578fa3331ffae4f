export { MesiboDevice } from './device/device.ts';
export type { MediaPort, MediaWishes, PreparedMedia } from './device/media.ts';
export type { HostFiles } from './device/node-files.ts';
export type { MesiboNetworkOptions, SentMessage } from './device/options.ts';
export {
  MesiboHttp,
  type MesiboHttpListener,
  type MesiboHttpProgress,
} from './http/mesibo-http.ts';
export { MesiboHttpQueue } from './http/queue.ts';
export type { MesiboHttpOptions, PostBundle } from './http/request-fields.ts';
export type { DeleteOptions, MessageCriteria } from './messages/criteria.ts';
export { describeFile, type FileDescription, readFileDescription } from './messages/file-description.ts';
export type { MesiboListener, ProfileListener, UpdatedProfile } from './messages/listeners.ts';
export type { MessageName } from './messages/mailbox.ts';
export { MesiboMessage } from './messages/message.ts';
export { MessageFacts } from './messages/message-facts.ts';
export { MesiboMessageProperties } from './messages/message-properties.ts';
export { type MessageStatus, MSGSTATUS } from './messages/message-record.ts';
export { MesiboReadSession } from './messages/read-session.ts';
export { MesiboNetwork } from './network.ts';
export type { PictureChoice } from './profiles/picture-slot.ts';
export { MesiboProfile } from './profiles/profile.ts';
export type { UploadDialect, UploadResume, UploadUrlOptions } from './upload-url/options.ts';
export { type UrlUpload, uploadToUrl } from './upload-url/upload.ts';
export { Mesibo } from './user/mesibo.ts';
