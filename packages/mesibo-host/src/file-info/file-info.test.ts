import { expect, it } from 'vitest';
import { MODE, SOURCE, STATUS, TYPE } from './constants.ts';
import { FileInfo } from './file-info.ts';
import { MessageParams } from './message-params.ts';

const made = (mode: 0 | 1 = MODE.UPLOAD): FileInfo =>
  new FileInfo(new MessageParams('bob'), mode, TYPE.VIDEO, SOURCE.PROFILE, '/a.mp4', null);

it('a new one is idle, with a number of its own, and nothing that it was not given', () => {
  const file = made();
  expect(file).toMatchObject({
    mode: MODE.UPLOAD,
    type: TYPE.VIDEO,
    source: SOURCE.PROFILE,
    size: 0,
    maxDimension: 0,
    maxSize: 0,
    mimeType: null,
    launchUrl: null,
    title: '',
    message: '',
    image: null,
    userInteraction: false,
    secure: false,
    externalLink: false,
    mid: 0n,
    asset: null,
    localIdentifier: null,
  });
  expect([file.lat, file.lon].every((degrees) => Math.abs(degrees) > 180)).toBe(true);
  expect([file.getStatus(), file.getProgress(), file.isTransferred()]).toEqual([STATUS.IDLE, 0, false]);
  expect(made().getId() > file.getId()).toBe(true);
  expect(file.getParams().peer).toBe('bob');
});

it('gives back what it is given', () => {
  const file = made();
  const listener = { Mesibo_onFileTransferProgress: () => true };
  const context = { cancel: () => undefined };
  file.setPath('/b.mp4');
  file.setUrl('https://a.example/b');
  file.setData('data');
  file.setCache(true);
  file.setListener(listener);
  file.setFileTransferContext(context);
  expect([file.getPath(), file.getUrl(), file.getData(), file.getCache()]).toEqual([
    '/b.mp4',
    'https://a.example/b',
    'data',
    true,
  ]);
  expect([file.getListener(), file.getFileTransferContext()]).toEqual([listener, context]);
  file.setListener(null);
  expect(file.getListener()).toBeNull();
});

it('may exist where it is to be uploaded, or was downloaded', () => {
  expect([made(MODE.UPLOAD).mayExist(), made(MODE.DOWNLOAD).mayExist()]).toEqual([true, false]);
});

it('params start as those of a message from now to nobody', () => {
  expect(new MessageParams()).toEqual(
    Object.assign(Object.create(MessageParams.prototype), {
      peer: '',
      mid: 0n,
      ts: 0,
      expiry: 0,
      groupid: 0,
      flag: 0,
      type: 0,
      status: 0,
      origin: 0,
      profile: null,
      groupProfile: null,
    }),
  );
});
