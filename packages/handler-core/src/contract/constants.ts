/**
 * mesibo's constants, current generation (SDK 2.x), with the numbers of mesibo's iOS header `Mesibo.h` 2.9.0.
 * Android exposes the same names as statics; that their values are equal is our reading.
 */

/** Where the message that carries the file came from. Android writes `PENDING` as `ORIGIN_DBPENDING`. */
export const ORIGIN = { REALTIME: 0, DBMESSAGE: 1, DBSUMMARY: 2, PENDING: 3 } as const;
export type Origin = (typeof ORIGIN)[keyof typeof ORIGIN];

/** What `getNetworkConnectivity()` answers. There is no 5G; anything but `WIFI` is treated as metered. */
export const CONNECTIVITY = { DISCONNECTED: 255, UNKNOWN: -1, WIFI: 0, '2G': 1, '3G': 2, '4G': 3 } as const;
export type Connectivity = (typeof CONNECTIVITY)[keyof typeof CONNECTIVITY];

/** What the file belongs to. `GROUPPROFILE` and `THUMBNAIL` had other meanings in the FileInfo generation. */
export const FILESOURCE = {
  MESSAGE: 0,
  PROFILE: 1,
  GROUPPROFILE: 2,
  THUMBNAIL: 3,
  UNKNOWN: 99,
  CUSTOM: 100,
} as const;
export type FileSource = (typeof FILESOURCE)[keyof typeof FILESOURCE];

/** Kind of content. `LOCATION` was 4 up to SDK 1.9.50 and is 200 from 1.9.52 on. */
export const FILETYPE = {
  AUTO: 0,
  IMAGE: 1,
  VIDEO: 2,
  AUDIO: 3,
  PROFILEIMAGE: 5,
  PROFILETHUMBNAIL: 6,
  OTHER: 10,
  LOCATION: 200,
} as const;
export type FileType = (typeof FILETYPE)[keyof typeof FILETYPE];

/** The bits of a message's type that hold its `FILETYPE`. */
export const FILETYPE_MASK = 0xff;

/** Direction. Survives in the 2.x header, where nothing uses it: see `MesiboFileTransfer.upload`. */
export const FILEMODE = { DOWNLOAD: 0, UPLOAD: 1 } as const;
export type FileMode = (typeof FILEMODE)[keyof typeof FILEMODE];

/** Survives in the 2.x header, where nothing uses it. */
export const FILEACTION = { START: 0, STOP: 1 } as const;
export type FileAction = (typeof FILEACTION)[keyof typeof FILEACTION];

/** Survives in the 2.x header, where nothing uses it; the FileInfo generation reports with it. */
export const FILESTATUS = { IDLE: 0, INPROGRESS: 1, RETRYLATER: 2, FAILED: 3 } as const;
export type FileStatus = (typeof FILESTATUS)[keyof typeof FILESTATUS];

/** Phase of a MesiboHttp request. `DONE` is in the header and undocumented. */
export const HTTPSTATE = { UPLOAD: 0, DOWNLOAD: 1, DONE: 2 } as const;
export type HttpState = (typeof HTTPSTATE)[keyof typeof HTTPSTATE];
