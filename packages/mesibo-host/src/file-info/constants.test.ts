import { FILESOURCE, FILETYPE, ORIGIN } from '@mesibo-files/handler-core';
import { expect, it } from 'vitest';
import * as fileInfo from './index.ts';

const { currentOrigin, currentSource, currentType, fileInfoSource, SOURCE, TYPE } = fileInfo;

it('the constants have the numbers of that time', () => {
  expect(fileInfo).toMatchObject({
    MODE: { DOWNLOAD: 0, UPLOAD: 1 },
    STATUS: { IDLE: 0, INPROGRESS: 1, RETRYLATER: 2, FAILED: 3 },
    SOURCE: { MESSAGE: 0, PROFILE: 1, PROFILETN: 2, USERPROFILELIST: 3 },
    TYPE: {
      AUTO: 0,
      IMAGE: 1,
      VIDEO: 2,
      AUDIO: 3,
      LOCATION_TO_1_9_50: 4,
      PROFILEIMAGE: 5,
      PROFILETHUMBNAIL: 6,
      OTHER: 10,
      LOCATION: 200,
    },
    MESSAGE_ORIGIN: { REALTIME: 0, DBMESSAGE: 1, DBSUMMARY: 2, DBPENDING: 3, FILTER: 4, MESSAGESTATUS: 5 },
    FLAG_FILETRANSFERRED: 0x10000,
    FLAG_FILEFAILED: 0x20000,
  });
});

it('sources 2 and 3, which changed their meaning, are mapped by their meaning', () => {
  expect([0, 1, 2, 3, 99, 100].map(currentSource)).toEqual([
    FILESOURCE.MESSAGE,
    FILESOURCE.PROFILE,
    FILESOURCE.THUMBNAIL,
    FILESOURCE.UNKNOWN,
    99,
    100,
  ]);
  expect([0, 1, 2, 3, 99, 100].map(fileInfoSource)).toEqual([
    SOURCE.MESSAGE,
    SOURCE.PROFILE,
    SOURCE.PROFILE,
    SOURCE.PROFILETN,
    99,
    100,
  ]);
});

it('the location has one number today, and had two', () => {
  expect([4, 200].map(currentType)).toEqual([FILETYPE.LOCATION, FILETYPE.LOCATION]);
  expect([TYPE.IMAGE, TYPE.OTHER].map(currentType)).toEqual([FILETYPE.IMAGE, FILETYPE.OTHER]);
});

it('origins that are none today count as the database', () => {
  expect([0, 1, 2, 3, 4, 5].map(currentOrigin)).toEqual([
    ORIGIN.REALTIME,
    ORIGIN.DBMESSAGE,
    ORIGIN.DBSUMMARY,
    ORIGIN.PENDING,
    ORIGIN.DBMESSAGE,
    ORIGIN.DBMESSAGE,
  ]);
});
