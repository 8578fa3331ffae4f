import { CONNECTIVITY, FILESOURCE, FILETYPE, type MesiboFileTransfer } from '@mesibo-files/handler-core';
import { memoryStore } from '@mesibo-files/handler-core/testing';
import { describe, expect, it, vi } from 'vitest';
import { MODE, STATUS } from '../src/file-info/constants.ts';
import { FileInfoMesibo } from '../src/file-info/mesibo.ts';
import { MessageParams } from '../src/file-info/message-params.ts';
import { JavaScriptFiles } from '../src/javascript/index.ts';
import type { MesiboMessage } from '../src/messages/message.ts';
import { MesiboNetwork } from '../src/network.ts';
import { standardFields } from '../src/upload-url/fields.ts';
import type { Mesibo } from '../src/user/mesibo.ts';
import { createCloud } from './cloud.ts';
import { createOldWorld, PHOTO, toBob } from './file-info.ts';
import { arrived } from './javascript-mesibo.ts';
import { createWorld, receiveFile, sendFile, type World } from './world.ts';

describe('members that no other test is about:', () => {
  it('a transfer notifies always, and its progress can be assigned', () => {
    const world = createWorld();
    const message = sendFile(world);
    expect(world.sender.last.notifyProgress).toBe(true);
    Object.assign(world.sender.last, { progress: 30 });
    expect([world.sender.last.progress, message.getProgress()]).toEqual([30, 30]);
  });

  it('a file carries what has no meaning here', () => {
    const world = createWorld();
    const message = world.alice.getProfile('bob').newMessage();
    message.setContent('/alice/photo.jpg');
    const file = message.getFile();
    expect(file).toMatchObject({ subtype: 0, path: '/alice/photo.jpg', type: FILETYPE.IMAGE });
    if (file !== null) file.subtype = 5;
    message.send();
    world.sender.last.setResult(true, 'https://a.example/f');
    world.settle();
    expect(world.bobSaw.last.getFile()).toMatchObject({ subtype: 5, path: '/bob/photo.jpg' });
  });

  it('a message knows who sent it', () => {
    const world = createWorld();
    const got = receiveFile(world);
    const [sent] = world.alice.messages();
    expect([sent?.isOutgoing(), sent?.isIncoming()]).toEqual([true, false]);
    expect([got.isOutgoing(), got.isIncoming()]).toEqual([false, true]);
  });

  it('the questions of a message answer its state', () => {
    const world = createWorld();
    const ask = (message: MesiboMessage): unknown[] => [
      message.isFileTransferInProgress(),
      message.isFileTransferRequired(),
      message.isUploadRequired(),
      message.isFileTransferFailed(),
      message.isFileReady(),
      message.getProgress(),
      message.getFile()?.progress,
    ];
    const message = sendFile(world);
    world.sender.last.setProgress(20);
    expect(ask(message)).toEqual([true, false, false, false, false, 20, 20]);
    world.sender.last.setResult(false);
    expect(ask(message)).toEqual([false, true, true, true, false, 0, 0]);
    message.startFileTransfer(1);
    message.stopFileTransfer();
    expect(ask(message)).toEqual([false, true, true, false, false, 0, 0]);
    message.startFileTransfer(1);
    world.sender.last.setResult(true, 'https://a.example/f');
    expect(ask(message)).toEqual([false, false, false, false, true, 100, 100]);
    world.receiver.onStart = () => false;
    world.settle();
    expect([world.bobSaw.last.isDownloadRequired(), world.bobSaw.last.isUploadRequired()]).toEqual([
      true,
      false,
    ]);
  });

  it('the network is what the app says it is', () => {
    const { alice } = createWorld();
    expect(alice.getNetworkConnectivity()).toBe(CONNECTIVITY.WIFI);
    alice.setNetwork(CONNECTIVITY['4G']);
    expect([alice.getNetworkConnectivity(), alice.network.connectivity()]).toEqual([3, 3]);
  });

  it('a listener is removed by either spelling', () => {
    for (const remove of ['removeListener', 'removeListner'] as const) {
      const world = createWorld();
      world.alice[remove](world.sender);
      expect(world.alice.isFileTransferEnabled()).toBe(false);
    }
  });

  it('a profile is of a user, or of a group', () => {
    const alice = new MesiboNetwork().user('alice');
    expect([alice.getSelfProfile().address, alice.getProfile('bob').address]).toEqual([alice.address, 'bob']);
    expect([alice.getProfile('bob').groupId, alice.getProfile('', 7)]).toEqual([
      0,
      expect.objectContaining({ address: '', groupId: 7 }),
    ]);
  });

  it('a received file has its message as it was told of last', () => {
    const files = new JavaScriptFiles({ signer: memoryStore().signer(), pathFor: () => '/in' });
    const [first, second] = [1, 2].map(() => arrived('https://a.example/f', { origin: 'Db' }));
    files.Mesibo_onMessage(first ?? {});
    files.Mesibo_onMessageUpdate(second ?? {});
    expect(files.fileOf(first ?? {})?.message).toBe(second);
  });

  it('a listener is told by each of the methods that it has', () => {
    const world = createWorld();
    const told: string[] = [];
    const handler = {
      Mesibo_onStartFileTransfer: (file: MesiboFileTransfer) => told.push(`start ${file.upload}`) > 0,
      Mesibo_onStopFileTransfer: (file: MesiboFileTransfer) => told.push(`stop ${file.upload}`) > 0,
      Mesibo_onFileTransferProgress: (file: MesiboFileTransfer) => told.push(`progress ${file.progress}`) > 0,
      Mesibo_onMessage: (message: MesiboMessage) => void told.push(`message ${message.peer}`),
      Mesibo_onMessageUpdate: (message: MesiboMessage) => void told.push(`update ${message.getProgress()}`),
      Mesibo_onMessageStatus: (message: MesiboMessage) => void told.push(`status ${message.status}`),
    };
    for (const user of [world.alice, world.bob]) user.addListener(handler);
    world.alice.removeListener(world.sender);
    world.bob.removeListener(world.receiver);
    sendFile(world).stopFileTransfer();
    sendFile(world, 'https://a.example/f');
    expect(told).toEqual([
      'start true',
      'progress 0',
      'update 0',
      'stop true',
      'progress 0',
      'update 0',
      'status 1',
      'status 2',
      'message alice',
      'start false',
      'progress 0',
      'update 0',
    ]);
  });

  it('a listener of the FileInfo generation is told by each of the methods that it has', () => {
    const world = createWorld();
    const [alice, bob] = [new FileInfoMesibo(world.alice), new FileInfoMesibo(world.bob)];
    const told: string[] = [];
    alice.addListener({
      Mesibo_onMessageStatus: ({ mid, status }) => void told.push(`status ${mid} ${status}`),
    });
    bob.addListener({
      Mesibo_onMessage: ({ peer }, data) => void told.push(`message ${peer} ${data.length}`),
      Mesibo_onFile: ({ peer }, file) => void told.push(`file ${peer} ${file.getUrl()}`),
    });
    alice.sendMessage(new MessageParams('bob'), 5n, 'abc');
    const file = alice.getFileInstance(MODE.UPLOAD, 'https://a.example/f', '');
    alice.sendFile(new MessageParams('bob'), 6n, file);
    world.settle();
    expect(told).toEqual([
      'status 5 1',
      'status 6 1',
      'status 5 2',
      'message alice 3',
      'status 6 2',
      'file alice https://a.example/f',
    ]);
  });

  it.each([
    ['getFilePath', (alice: Mesibo) => alice.getFilePath(FILETYPE.VIDEO, false)],
    ['getImagePath', (alice: Mesibo) => alice.getImagePath(false)],
    ['getVideoPath', (alice: Mesibo) => alice.getVideoPath(true)],
    ['getAudioPath', (alice: Mesibo) => alice.getAudioPath(false)],
    ['getDocumentPath', (alice: Mesibo) => alice.getDocumentPath(true)],
  ] as const)('%s is the folder of setPath, where a received file of the kind then is', (_, pathOf) => {
    const { world, file } = received('/bob/files');
    expect([pathOf(world.bob), pathOf(world.alice)]).toEqual(['/bob/files', 'alice']);
    expect(file.getPath()).toBe(`${pathOf(world.bob)}/photo.jpg`);
  });

  it('a message without a file has none, and one with a place alone neither', () => {
    const world = createWorld();
    const message = world.alice.getProfile('bob').newMessage();
    expect(message.hasFile()).toBe(false);
    message.latitude = 1;
    message.longitude = 1;
    expect([message.hasFile(), message.hasLocation()]).toEqual([false, true]);
    message.setContent('/alice/photo.jpg');
    expect(message.hasFile()).toBe(true);
    message.send();
    world.sender.last.setResult(true, 'https://a.example/f');
    world.settle();
    expect(world.bobSaw.last.hasFile()).toBe(true);
  });

  it('an upload form names the source of each kind of file, and a legacy one whether it is of a profile', () => {
    const of = (source: number, dialect: 'current' | 'legacy') =>
      standardFields({ mid: 1n, source }, 5, 'token', dialect);
    const { MESSAGE, PROFILE, GROUPPROFILE, THUMBNAIL } = FILESOURCE;
    const sources = [MESSAGE, PROFILE, GROUPPROFILE, THUMBNAIL];
    expect(sources.map((source) => of(source, 'current').source)).toEqual(['0', '1', '2', '3']);
    expect(sources.map((source) => of(source, 'legacy').profile)).toEqual(['0', '1', '1', '0']);
  });

  it('JavaScript: Mesibo_onMessage begins a download, and is told of the same message again without another', () => {
    const { signer, runtime } = createCloud();
    const onFile = vi.fn();
    const files = new JavaScriptFiles({ signer, runtime, pathFor: () => '/in', onFile });
    const message = arrived('https://memory.invalid/bucket/x');
    files.Mesibo_onMessage(message);
    files.Mesibo_onMessage(message);
    const file = files.fileOf(message);
    expect([file?.isFileTransferInProgress(), file?.url]).toEqual([true, 'https://memory.invalid/bucket/x']);
    expect(new Set(onFile.mock.calls.map(([told]) => told)).size).toBe(1);
    file?.stopFileTransfer();
  });

  it('updateFileTransferProgress reports progress, the end and a failure; of a file that does not move, nothing', () => {
    const old = createOldWorld();
    const file = old.alice.getFileInstance(MODE.UPLOAD, null, PHOTO);
    const report = (percent: number, status: 0 | 1 | 2 | 3): boolean =>
      old.alice.updateFileTransferProgress(file, percent, status);
    expect(report(10, STATUS.INPROGRESS)).toBe(false);
    old.alice.sendFile(toBob(), 7n, file);
    expect([report(10, STATUS.INPROGRESS), file.getProgress(), file.getStatus()]).toEqual([
      true,
      10,
      STATUS.INPROGRESS,
    ]);
    expect([report(-1, STATUS.FAILED), file.getProgress(), file.getStatus()]).toEqual([
      true,
      -1,
      STATUS.FAILED,
    ]);
    expect(report(20, STATUS.INPROGRESS)).toBe(false);
    old.alice.resend(toBob(), 7n);
    file.setUrl('https://a.example/f');
    expect([report(100, STATUS.INPROGRESS), file.isTransferred()]).toEqual([true, true]);
    expect(old.aliceSaw.progress).toEqual([
      '0 INPROGRESS',
      '10 INPROGRESS',
      '-1 FAILED',
      '0 INPROGRESS',
      '100 INPROGRESS',
    ]);
  });
});

/** A photo that has reached Bob, whose files go to this folder. */
function received(folder: string): { readonly world: World; readonly file: MesiboFileTransfer } {
  const world = createWorld();
  world.bob.setPath(folder);
  receiveFile(world);
  return { world, file: world.receiver.last };
}
