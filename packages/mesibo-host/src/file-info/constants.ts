/**
 * Constants of the FileInfo generation (SDK 1.x), with the numbers of mesibo's iOS header `Mesibo.h` 1.5. Where a number
 * has another meaning today, the mappings are in `mapping.ts`.
 */

/** Direction of a transfer. */
export const MODE = { DOWNLOAD: 0, UPLOAD: 1 } as const;
export type Mode = (typeof MODE)[keyof typeof MODE];

/** Where a transfer stands. There is none for "done": that is 100 % with `INPROGRESS`. */
export const STATUS = { IDLE: 0, INPROGRESS: 1, RETRYLATER: 2, FAILED: 3 } as const;
export type Status = (typeof STATUS)[keyof typeof STATUS];

/** What the file belongs to. 2 and 3 are `GROUPPROFILE` and `THUMBNAIL` today. */
export const SOURCE = { MESSAGE: 0, PROFILE: 1, PROFILETN: 2, USERPROFILELIST: 3 } as const;
export type Source = (typeof SOURCE)[keyof typeof SOURCE];

/** Kind of content. `LOCATION` was 4 up to SDK 1.9.50 and is 200 from 1.9.52 on; both are understood. */
export const TYPE = {
  AUTO: 0,
  IMAGE: 1,
  VIDEO: 2,
  AUDIO: 3,
  LOCATION_TO_1_9_50: 4,
  PROFILEIMAGE: 5,
  PROFILETHUMBNAIL: 6,
  OTHER: 10,
  LOCATION: 200,
} as const;
export type Type = (typeof TYPE)[keyof typeof TYPE];

/** Where a message came from. The current generation has the first four. */
export const MESSAGE_ORIGIN = {
  REALTIME: 0,
  DBMESSAGE: 1,
  DBSUMMARY: 2,
  DBPENDING: 3,
  FILTER: 4,
  MESSAGESTATUS: 5,
} as const;
export type MessageOrigin = (typeof MESSAGE_ORIGIN)[keyof typeof MESSAGE_ORIGIN];

/** Bits of a message's flag, as they were up to SDK 1.5. */
export const FLAG_FILETRANSFERRED = 0x10000;
export const FLAG_FILEFAILED = 0x20000;
