export { attachFiles, hasHandlerHook } from './attach.ts';
export { JavaScriptFiles } from './javascript-files.ts';
export type { JavaScriptFilesOptions } from './options.ts';
export type { IncomingFile, ReceivedFile } from './received-file.ts';
export type { OutgoingFile, SentFile } from './send-file.ts';
export type { JavaScriptMesibo, JavaScriptMessage, JavaScriptProfile } from './shapes.ts';
