import { FILESOURCE, FILETYPE } from '@mesibo-files/handler-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bytes, createCloud } from '../../test/cloud.ts';
import { createWorld, receiveFile, sendFile, stateOf, type World } from '../../test/world.ts';
import type { MesiboMessage } from './message.ts';
import { MesiboMessageProperties } from './message-properties.ts';

const write = (world: World): MesiboMessage => world.alice.getProfile('bob').newMessage();

/** Bob's side of a message of Alice's with the URL of a stored file. */
function received(
  world: World,
  change: (message: MesiboMessage) => void,
  url = 'https://a.example/p.jpg',
): MesiboMessage {
  const message = write(world);
  message.setContent(url);
  change(message);
  message.send();
  world.settle();
  return world.bobSaw.last;
}

describe('the file of a message', () => {
  it.each([
    ['a.png', FILETYPE.IMAGE, 'image/png', [true, false, false, false]],
    ['a.mp4', FILETYPE.VIDEO, 'video/mp4', [false, true, false, false]],
    ['a.mp3', FILETYPE.AUDIO, 'audio/mpeg', [false, false, true, false]],
    ['a.pdf', FILETYPE.OTHER, 'application/pdf', [false, false, false, true]],
  ])('%s can be asked for all that is known of it', (name, type, mimeType, kinds) => {
    const world = createWorld();
    const message = write(world);
    message.setContent(`/alice/${name}`);
    expect([
      message.hasFile(),
      message.isRichMessage(),
      message.getFileType(),
      message.getMimeType(),
      message.getFileName(),
      message.getFileSize(),
      message.getFilePath(),
      message.file === message.getFile(),
    ]).toEqual([true, true, type, mimeType, name, `/alice/${name}`.length, `/alice/${name}`, true]);
    expect([message.isImage(), message.isVideo(), message.isAudio(), message.isDocument()]).toEqual(kinds);
    expect([message.hasImage(), message.hasVideo(), message.hasAudio(), message.hasDocument()]).toEqual(
      kinds,
    );
  });

  it('may be missing', () => {
    const message = write(createWorld());
    expect([
      message.getFileType(),
      message.getMimeType(),
      message.getFileName(),
      message.getFileSize(),
    ]).toEqual([FILETYPE.AUTO, null, null, 0]);
    expect([message.getFilePath(), message.file, message.isRichMessage(), message.isFilePending()]).toEqual([
      null,
      null,
      false,
      false,
    ]);
    expect([message.hasFile(), message.isImage(), message.isDocument()]).toEqual([false, false, false]);
  });

  it('is of the type that the app says, before or after it gives the content', () => {
    const world = createWorld();
    const [before, after] = [write(world), write(world)];
    before.setContentType(FILETYPE.IMAGE);
    before.setContent('https://a.example/1');
    after.setContent('https://a.example/2');
    expect(after.isDocument()).toBe(true);
    after.setContentType(FILETYPE.IMAGE);
    for (const message of [before, after]) message.send();
    world.settle();
    expect(world.bobSaw.messages.map((message) => message.isImage())).toEqual([true, true]);
  });

  it('is pending until it is ready', () => {
    const world = createWorld();
    const message = receiveFile(world);
    expect(message.isFilePending()).toBe(true);
    world.receiver.last.setResult(true);
    expect([message.isFilePending(), message.isFileReady()]).toEqual([false, true]);
  });
});

describe('a thumbnail', () => {
  it('travels with the message, unless it is not to', () => {
    const world = createWorld();
    world.disk.add('/alice/small.jpg');
    const bytes = Uint8Array.of(1, 2, 3);
    const got = received(world, (message) => expect(message.setThumbnail(bytes)).toBe(true));
    bytes[0] = 9;
    expect([got.hasThumbnail(), got.getThumbnail()]).toEqual([true, Uint8Array.of(1, 2, 3)]);
    const fromPath = received(world, (message) => message.setThumbnail('/alice/small.jpg'));
    expect(new TextDecoder().decode(fromPath.getThumbnail() ?? undefined)).toBe('/alice/small.jpg');
    const without = received(world, (message) => {
      message.setThumbnail(bytes);
      message.sendThumbnail = false;
    });
    expect([without.hasThumbnail(), without.getThumbnail()]).toEqual([false, null]);
  });

  it('is refused where there is none at the path, and can be taken off again', () => {
    const message = write(createWorld());
    expect([message.setThumbnail('/none.jpg'), message.hasThumbnail()]).toEqual([false, false]);
    message.setThumbnail(Uint8Array.of(1));
    expect([message.setThumbnail(null), message.hasThumbnail(), message.isRichMessage()]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('can be replaced for this user alone, also after the message was sent, and that is told', () => {
    const world = createWorld();
    world.disk.add('/alice/better.jpg');
    const message = sendFile(world);
    expect([message.replaceThumbnail('/none.jpg'), message.hasThumbnail()]).toEqual([false, false]);
    const told = world.aliceSaw.events.length;
    expect([message.replaceThumbnail('/alice/better.jpg'), message.hasThumbnail()]).toEqual([true, true]);
    expect(world.aliceSaw.events).toHaveLength(told + 1);
    expect(() => message.setThumbnail(null)).toThrow('already');
  });
});

describe("another thumbnail's URL", () => {
  const URL = 'https://a.example/small.jpg';

  it('is downloaded as source 3, and put in its place when it has come', () => {
    const world = createWorld();
    const message = receiveFile(world);
    const own = world.receiver.last;
    expect([message.replaceThumbnail(URL), message.replaceThumbnail(URL)]).toEqual([true, true]);
    expect(world.receiver.asked).toHaveLength(2);
    const file = world.receiver.last;
    expect([file.source, file.mid, file.priority, file.getUrl(), file.upload]).toEqual([
      FILESOURCE.THUMBNAIL,
      message.mid,
      1,
      URL,
      false,
    ]);
    expect(file.getPath()).not.toBe(own.getPath());
    world.disk.add(file.getPath());
    const updates = (): number => world.bobSaw.events.filter((event) => event.startsWith('update')).length;
    const before = updates();
    file.setProgress(50);
    expect([message.hasThumbnail(), updates()]).toEqual([false, before]);
    file.setResult(true);
    expect(new TextDecoder().decode(message.getThumbnail() ?? undefined)).toBe(file.getPath());
    expect([updates(), world.disk.size, own.inProgress]).toEqual([before + 1, 0, true]);
  });

  it('that fails leaves the old one, can be asked for again, and gives way to another', () => {
    const world = createWorld();
    const message = received(world, (written) => written.setThumbnail(Uint8Array.of(1)));
    message.replaceThumbnail(URL);
    world.receiver.last.setResult(false);
    expect(message.getThumbnail()).toEqual(Uint8Array.of(1));
    message.replaceThumbnail(URL);
    message.replaceThumbnail(`${URL}?2`);
    expect([world.receiver.asked.length, world.receiver.stopped.length]).toEqual([4, 1]);
    world.receiver.last.setResult(true);
    expect(message.getThumbnail()).toEqual(Uint8Array.of(1));
    world.receiver.onStart = () => false;
    expect(message.replaceThumbnail(URL)).toBe(false);
  });

  it('of a protected message is protected', () => {
    const world = createWorld();
    const message = received(world, (written) => {
      written.signedFiles = true;
    });
    message.replaceThumbnail(URL);
    expect(world.receiver.last.secure).toBe(true);
  });
});

describe('properties of a message', () => {
  afterEach(() => MesiboMessageProperties.setDefaults(null));

  it('are what they are set to, and start with their defaults', () => {
    const fresh = new MesiboMessageProperties();
    const names = Object.keys(fresh) as (keyof MesiboMessageProperties)[];
    expect(Object.fromEntries(names.map((name) => [name, fresh[name]]))).toEqual({
      sendFileName: true,
      sendThumbnail: true,
      signedFiles: false,
      openExternally: false,
      expiry: 0,
      latitude: -720,
      longitude: -720,
      matureContent: false,
      contentRating: 0,
      copyFiles: false,
      imageProcessing: false,
      extractThumbnail: false,
      sendHqThumbnail: false,
      horizontalThumbnail: false,
      verticalThumbnail: false,
      saveImageUrl: false,
      saveVideoUrl: false,
      saveAudioUrl: false,
      saveAllFileUrl: false,
      thumbnailMaxSide: 0,
      thumbnailAspectRatio: 0,
      maxPreviewSize: 0,
      trackingProtectionLevel: 0,
      passthroughSize: 0,
      urlTransferSize: 0,
      urlPreviewExpiry: 0,
      asset: null,
      localIdentifier: null,
      fileTransferContext: null,
    });
    const message = write(createWorld());
    Object.assign(message, { copyFiles: true, maxPreviewSize: 9, fileTransferContext: fresh });
    expect([message.copyFiles, message.maxPreviewSize, message.fileTransferContext]).toEqual([
      true,
      9,
      fresh,
    ]);
  });

  it('have defaults of the app, of which a message can be freed', () => {
    const world = createWorld();
    const pattern = write(world);
    pattern.signedFiles = true;
    pattern.thumbnailMaxSide = 320;
    MesiboMessageProperties.setDefaults(pattern);
    const message = write(world);
    expect([message.signedFiles, message.thumbnailMaxSide]).toEqual([true, 320]);
    message.thumbnailMaxSide = 1;
    message.initDefaults();
    expect(message.thumbnailMaxSide).toBe(320);
    MesiboMessageProperties.setDefaults(null);
    message.initDefaults();
    expect([message.thumbnailMaxSide, message.signedFiles]).toEqual([0, false]);
  });

  it('of the content go to the receiver, and no others', () => {
    const world = createWorld();
    const got = received(world, (message) => {
      Object.assign(message, { latitude: 48.2, longitude: 16.4, matureContent: true, contentRating: 3 });
      Object.assign(message, { copyFiles: true, localIdentifier: 'mine', fileTransferContext: {} });
    });
    expect([got.latitude, got.longitude, got.matureContent, got.contentRating]).toEqual([
      48.2,
      16.4,
      true,
      3,
    ]);
    expect([got.copyFiles, got.localIdentifier, got.fileTransferContext]).toEqual([false, null, null]);
  });

  it.each([
    [0, 0, true],
    [-90, 180, true],
    [90.1, 0, false],
    [0, -180.1, false],
    [-720, -720, false],
    [Number.NaN, 0, false],
  ])('%d, %d is a place: %s', (latitude, longitude, place) => {
    const message = write(createWorld());
    Object.assign(message, { latitude, longitude });
    expect([message.hasLocation(), message.isRichMessage()]).toEqual([place, place]);
  });

  it('keep the name back where it is not to be sent', () => {
    const world = createWorld();
    const message = write(world);
    message.setContent('/alice/my secret.png');
    message.sendFileName = false;
    message.send();
    world.sender.last.setResult(true, 'https://a.example/k');
    world.settle();
    const got = world.bobSaw.last;
    expect([got.getFileName(), got.getFilePath(), got.isImage()]).toEqual([null, '/bob/file', true]);
  });

  it.each(['signedFiles', 'secureDownload'] as const)(
    '%s makes the download secure, by either name',
    (name) => {
      const world = createWorld();
      const got = received(world, (message) => {
        message[name] = true;
      });
      expect([got.signedFiles, got.secureDownload, world.receiver.last.secure]).toEqual([true, true, true]);
    },
  );

  it.each([
    ['signedFiles', '1'],
    ['secureDownload', '1'],
    [null, undefined],
  ] as const)('%s reaches the store with the file', async (name, kept) => {
    const world = createWorld();
    const { store, files, handler } = createCloud();
    files.files.set('/alice/photo.jpg', bytes);
    world.alice.removeListener(world.sender);
    world.alice.addListener(handler);
    const message = world.alice.getProfile('bob').newMessage();
    message.setContent('/alice/photo.jpg');
    if (name !== null) message[name] = true;
    message.send();
    await vi.waitFor(() => expect(message.isFileReady()).toBe(true));
    const [key = ''] = store.objects.keys();
    expect(store.objects.inspect(key)?.meta.mesibosecure).toBe(kept);
  });

  it('count as they were when the message was sent, and when it came', () => {
    const world = createWorld();
    const message = sendFile(world);
    message.signedFiles = true;
    world.sender.last.setResult(true, 'https://a.example/k');
    world.settle();
    expect(world.receiver.last.secure).toBe(false);
    const got = received(world, (written) => {
      written.signedFiles = true;
    });
    got.signedFiles = false;
    got.stopFileTransfer();
    got.startFileTransfer(1);
    expect(world.receiver.last.secure).toBe(true);
  });

  it('hand the Photos asset to the handler of an upload', () => {
    const world = createWorld();
    const message = write(world);
    message.setContent('/alice/photo.jpg');
    const asset = { name: 'asset' };
    Object.assign(message, { asset, localIdentifier: 'id' });
    message.send();
    expect([world.sender.last.getPHAsset(), world.sender.last.getLocalIdentifier()]).toEqual([asset, 'id']);
    world.sender.last.setResult(true, 'https://a.example/k');
    world.settle();
    expect([world.receiver.last.getPHAsset(), world.receiver.last.getLocalIdentifier()]).toEqual([
      null,
      null,
    ]);
  });
});

describe('a message that is opened externally', () => {
  it('is uploaded as any other, and downloaded only when a user asks for it', () => {
    const world = createWorld();
    const message = write(world);
    message.setContent('/alice/photo.jpg');
    message.openExternally = true;
    message.send();
    expect(message.isUploadRequired()).toBe(false);
    world.sender.last.setResult(false);
    expect([message.isFileTransferRequired(), message.isUploadRequired()]).toEqual([true, true]);
    message.resend();
    world.sender.last.setResult(true, 'https://a.example/k');
    world.settle();
    const got = world.bobSaw.last;
    expect([got.openExternally, got.isFileTransferRequired(), stateOf(got)]).toEqual([
      true,
      false,
      'nothing',
    ]);
    world.bob.messages();
    expect(world.receiver.asked).toEqual([]);
    expect(got.startFileTransfer(1)).toBe(true);
    expect(world.receiver.last.externalLink).toBe(true);
  });
});

describe('a message that could not leave', () => {
  it('is sent again by resend', () => {
    const world = createWorld();
    const message = sendFile(world);
    expect(message.resend()).toBe(-1);
    world.sender.last.setResult(false);
    expect(message.resend()).toBe(0);
    expect([world.sender.last.priority, world.sender.last.source]).toEqual([1, FILESOURCE.MESSAGE]);
    world.sender.last.setResult(true, 'https://a.example/k');
    expect(message.resend()).toBe(-1);
    world.settle();
    expect(world.bobSaw.last.resend()).toBe(-1);
  });
});
