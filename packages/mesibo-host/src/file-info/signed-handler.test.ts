import { describe, expect, it, vi } from 'vitest';
import { bytes, createCloud, holdBack } from '../../test/cloud.ts';
import { FileDiary } from '../../test/file-info.ts';
import { createWorld, ScriptedHandler } from '../../test/world.ts';
import { MODE, SOURCE, STATUS, TYPE } from './constants.ts';
import type { FileInfo } from './file-info.ts';
import { toFileInfoHandler } from './file-info-handler.ts';
import { FileInfoMesibo } from './mesibo.ts';
import { MessageParams } from './message-params.ts';

/** Alice and Bob of the FileInfo generation, with the real handler of today's, and a store. */
function cloudWorld() {
  const cloud = createCloud();
  const world = createWorld();
  const faults: unknown[] = [];
  const onError = (error: unknown): void => void faults.push(error);
  world.alice.removeListener(world.sender);
  world.bob.removeListener(world.receiver);
  const alice = new FileInfoMesibo(world.alice, { onError });
  const bob = new FileInfoMesibo(world.bob, { onError });
  const [aliceSaw, bobSaw] = [new FileDiary(), new FileDiary()];
  for (const listener of [toFileInfoHandler(cloud.handler), aliceSaw]) alice.addListener(listener);
  for (const listener of [toFileInfoHandler(cloud.handler), bobSaw]) bob.addListener(listener);
  cloud.files.files.set('/alice/photo.jpg', bytes);
  const send = (path = '/alice/photo.jpg', secure = false): FileInfo => {
    const params = new MessageParams('bob');
    const file = alice.getFileInstance(params, 1n, MODE.UPLOAD, TYPE.IMAGE, SOURCE.MESSAGE, path, null, null);
    file.secure = secure;
    alice.sendFile(params, 1n, file);
    return file;
  };
  return { ...cloud, world, alice, bob, aliceSaw, bobSaw, send, faults };
}

describe('the signed handler, through the FileInfo generation,', () => {
  it('carries a file from one to the other, byte for byte', async () => {
    const { files, world, bobSaw, aliceSaw, send, faults } = cloudWorld();
    const sent = send();
    await vi.waitFor(() => expect(sent.isTransferred()).toBe(true));
    world.settle();
    await vi.waitFor(() => expect(bobSaw.last.isTransferred()).toBe(true));
    expect(files.files.get(bobSaw.last.getPath())).toEqual(bytes);
    expect(bobSaw.last.getUrl()).toBe(sent.getUrl());
    expect(sent.getUrl()).toMatch(/^https:\/\/memory\.invalid\/bucket\//);
    for (const { progress } of [aliceSaw, bobSaw]) {
      expect(progress[0]).toBe('0 INPROGRESS');
      expect(progress.filter((step) => step === '100 INPROGRESS')).toHaveLength(1);
      expect(progress.at(-1)).toBe('100 INPROGRESS');
    }
    expect(faults).toEqual([]);
  });

  it('tells the store that the sender protected the file', async () => {
    const { store, send } = cloudWorld();
    const sent = send('/alice/photo.jpg', true);
    await vi.waitFor(() => expect(sent.isTransferred()).toBe(true));
    const [key = ''] = store.objects.keys();
    expect(store.objects.inspect(key)?.meta).toMatchObject({ mesibosecure: '1' });
  });

  it('fails as FAILED with -1, and can be started again', async () => {
    const { files, alice, aliceSaw, send, errors } = cloudWorld();
    const sent = send('/alice/late.jpg');
    await vi.waitFor(() => expect(aliceSaw.progress.at(-1)).toBe('-1 FAILED'));
    expect(errors.map(({ code }) => code)).toEqual(['file-not-found']);
    files.files.set('/alice/late.jpg', bytes);
    sent.userInteraction = true;
    expect(alice.startFileTransfer(sent)).toBe(true);
    await vi.waitFor(() => expect(sent.isTransferred()).toBe(true));
  });

  it('really stops, and goes on at the next start', async () => {
    const { store, alice, send, aliceSaw, events } = cloudWorld();
    const go = holdBack(store);
    const sent = send();
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain('started'));
    expect(alice.stopFileTransfer(sent)).toBe(true);
    expect([sent.getStatus(), aliceSaw.progress.at(-1)]).toEqual([STATUS.IDLE, '0 IDLE']);
    go();
    await vi.waitFor(() => expect(events.at(-1)?.type).toBe('stopped'));
    expect(alice.startFileTransfer(sent)).toBe(true);
    await vi.waitFor(() => expect(sent.isTransferred()).toBe(true));
  });
});

describe('a handler of today’s, in the FileInfo generation,', () => {
  const scripted = () => {
    const world = createWorld();
    world.alice.removeListener(world.sender);
    const alice = new FileInfoMesibo(world.alice, { onError: (error) => world.errors.push(error) });
    const gen2 = new ScriptedHandler();
    alice.addListener(toFileInfoHandler(gen2));
    const file = alice.getFileInstance(MODE.UPLOAD, null, '/alice/photo.jpg');
    return { world, alice, gen2, file };
  };
  const url = 'https://store.example/key';

  it('sees the file as a transfer', () => {
    const { alice, gen2, file } = scripted();
    Object.assign(file, { userInteraction: true, mid: 9n, source: SOURCE.PROFILETN, secure: true });
    file.setData('mine');
    alice.startFileTransfer(file);
    expect(gen2.last).toMatchObject({ upload: true, priority: 1, mid: 9n, source: 3, imageIndex: 0 });
    expect([gen2.last.secure, gen2.last.origin, gen2.last.getUrl(), gen2.last.getUserObject()]).toEqual([
      true,
      0,
      null,
      'mine',
    ]);
    expect([gen2.last.getPHAsset(), gen2.last.getLocalIdentifier(), gen2.last.notifyProgress]).toEqual([
      null,
      null,
      true,
    ]);
  });

  it('is not done at 100 % of progress, but with its result', () => {
    const { alice, gen2, file } = scripted();
    alice.startFileTransfer(file);
    gen2.last.setProgress(100);
    expect([file.getProgress(), file.isTransferred(), gen2.last.progress, gen2.last.inProgress]).toEqual([
      99,
      false,
      99,
      true,
    ]);
    gen2.last.setResult(true, url);
    expect([file.getUrl(), file.isTransferred(), gen2.last.result, gen2.last.inProgress]).toEqual([
      url,
      true,
      true,
      false,
    ]);
    gen2.last.setResult(false);
    gen2.last.cancel(true);
    expect(file.isTransferred()).toBe(true);
  });

  it.each([
    [true, STATUS.RETRYLATER],
    [false, STATUS.FAILED],
  ])('that cancels with retry %s has status %i', (retryLater, status) => {
    const { alice, gen2, file } = scripted();
    alice.startFileTransfer(file);
    gen2.last.cancel(retryLater);
    expect([file.getStatus(), file.getProgress()]).toEqual([status, -1]);
  });

  it('that cancels a download for good is not asked again', () => {
    const { alice, gen2 } = scripted();
    const file = alice.getFileInstance(MODE.DOWNLOAD, url, '/alice/in.jpg');
    gen2.onStart = (transfer) => {
      transfer.cancel(false);
      return true;
    };
    alice.startFileTransfer(file);
    expect([alice.startFileTransfer(file), gen2.asked.length, file.getStatus()]).toEqual([
      false,
      1,
      STATUS.FAILED,
    ]);
  });

  it('that reports late, of a start that was stopped, cannot reach the next one', () => {
    const { alice, gen2, file } = scripted();
    alice.startFileTransfer(file);
    const late = gen2.last;
    alice.stopFileTransfer(file);
    expect(gen2.stopped).toEqual([late]);
    alice.startFileTransfer(file);
    late.setProgress(80);
    late.setResult(true, 'https://store.example/wrong');
    expect([file.getProgress(), file.isTransferred()]).toEqual([0, false]);
    gen2.last.setResult(true, url);
    expect(file.getUrl()).toBe(url);
  });

  it('that would hand the transfer back is told that this generation cannot', () => {
    const { world, alice, gen2, file } = scripted();
    gen2.onStart = (transfer) => {
      transfer.start(url, null);
      return true;
    };
    expect(alice.startFileTransfer(file)).toBe(false);
    expect(world.errors).toEqual([expect.objectContaining({ code: 'unsupported' })]);
  });

  it('that was never asked says true when it is stopped', () => {
    const { file, gen2 } = scripted();
    expect(toFileInfoHandler(gen2).Mesibo_onStopFileTransfer(file)).toBe(true);
  });
});
