export type { MesiboListener } from './listeners.ts';
export { Mesibo } from './mesibo.ts';
export { MesiboMessage } from './message.ts';
export { MesiboNetwork } from './network.ts';
export type { HostFiles } from './node-files.ts';
export type { MesiboNetworkOptions } from './options.ts';
export { MesiboProfile } from './profile.ts';
export { type MessageStatus, MSGSTATUS } from './status.ts';
