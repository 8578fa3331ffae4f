import { FILETYPE } from '@mesibo-files/handler-core';
import { describe, expect, it } from 'vitest';
import { createWorld, sendFile, stateOf, type World } from '../../test/world.ts';
import type { MediaPort, MediaWishes, PreparedMedia } from '../device/media.ts';
import { FileInfoMesibo } from '../file-info/mesibo.ts';
import type { MesiboMessage } from './message.ts';

const URL = 'https://a.example/f';
const SMALL = Uint8Array.of(1, 2, 3);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Asked {
  readonly path: string;
  readonly wishes: MediaWishes;
  /** It is prepared, under this path. */
  done(path: string, thumbnail?: Uint8Array | null): Promise<void>;
  fail(): Promise<void>;
}

/** A world with something that prepares media at the test's word. */
function createMediaWorld(): { world: World; asked: Asked[]; disposed: string[]; told: string[] } {
  const asked: Asked[] = [];
  const disposed: string[] = [];
  const told: string[] = [];
  const media: MediaPort = {
    prepare: (path, wishes) =>
      new Promise((resolve, reject) => {
        asked.push({
          path,
          wishes,
          async done(to, thumbnail = null) {
            resolve({ path: to, thumbnail, problems: [], dispose: async () => void disposed.push(to) });
            await turn();
          },
          async fail() {
            reject(new Error('on purpose'));
            await turn();
          },
        });
      }),
    thumbnail: async (image) => (image.length > 1 ? SMALL : null),
  };
  const onPrepared = ({ path }: PreparedMedia, mid: bigint): void => void told.push(`${path} ${mid}`);
  return { world: createWorld({ media, onPrepared }), asked, disposed, told };
}

const write = (world: World, change: (message: MesiboMessage) => void): MesiboMessage => {
  const message = world.alice.getProfile('bob').newMessage();
  message.setContent('/alice/photo.heic');
  change(message);
  message.send();
  return message;
};

describe('a file that is prepared before it is sent', () => {
  it('is asked for with the message’s wishes, and what was made is uploaded in its place', async () => {
    const { world, asked, disposed, told } = createMediaWorld();
    const wishes = {
      imageProcessing: true,
      sendHqThumbnail: true,
      thumbnailMaxSide: 90,
      thumbnailAspectRatio: 1.5,
      maxPreviewSize: 900,
      passthroughSize: 5,
      copyFiles: true,
    };
    const message = write(world, (written) => void Object.assign(written, wishes));
    expect([stateOf(message), world.sender.asked]).toEqual(['running', []]);
    expect(asked[0]).toMatchObject({
      path: '/alice/photo.heic',
      wishes: { ...wishes, sendThumbnail: true, removeMetadata: true, folder: 'alice' },
    });
    await asked[0]?.done('/tmp/photo.jpg', SMALL);
    expect([world.sender.last.getPath(), told]).toEqual([
      '/tmp/photo.jpg',
      [`/tmp/photo.jpg ${message.mid}`],
    ]);
    expect(message.getFile()).toMatchObject({
      path: '/alice/photo.heic',
      name: 'photo.jpg',
      mimeType: 'image/jpeg',
      type: FILETYPE.IMAGE,
      size: '/tmp/photo.jpg'.length,
    });
    world.sender.last.setResult(false);
    message.resend();
    expect([world.sender.last.getPath(), disposed]).toEqual(['/tmp/photo.jpg', []]);
    world.sender.last.setResult(true, URL);
    world.settle();
    expect([disposed, asked.length]).toEqual([['/tmp/photo.jpg'], 1]);
    expect([world.bobSaw.last.getThumbnail(), world.bobSaw.last.getFileName()]).toEqual([SMALL, 'photo.jpg']);
  });

  it('keeps the thumbnail that the app gave, and sends none where none is to be sent', async () => {
    const { world, asked } = createMediaWorld();
    write(world, (message) => void message.setThumbnail(Uint8Array.of(9)));
    write(world, (message) => {
      message.sendThumbnail = false;
    });
    expect(asked.map(({ wishes }) => wishes.sendThumbnail)).toEqual([false, false]);
    await asked[0]?.done('/alice/photo.heic', SMALL);
    world.sender.last.setResult(true, URL);
    world.settle();
    expect(world.bobSaw.last.getThumbnail()).toEqual(Uint8Array.of(9));
  });

  it('that can’t be prepared is sent as it is, and the error is told', async () => {
    const { world, asked } = createMediaWorld();
    write(world, () => undefined);
    await asked[0]?.fail();
    expect([world.sender.last.getPath(), world.errors.map(String)]).toEqual([
      '/alice/photo.heic',
      ['Error: on purpose'],
    ]);
  });

  it('can be stopped meanwhile, and started again before or after it is ready', async () => {
    const { world, asked } = createMediaWorld();
    const message = write(world, () => undefined);
    expect([message.stopFileTransfer(), message.stopFileTransfer(), stateOf(message)]).toEqual([
      true,
      false,
      'required',
    ]);
    await asked[0]?.done('/tmp/1.jpg');
    expect([stateOf(message), world.sender.asked]).toEqual(['required', []]);
    expect([message.startFileTransfer(1), world.sender.last.getPath()]).toEqual([true, '/tmp/1.jpg']);
    const second = write(world, () => undefined);
    second.stopFileTransfer();
    world.alice.createReadSession(null, {}).read(1);
    expect(stateOf(second)).toBe('running');
    await asked[1]?.done('/tmp/2.jpg');
    expect([world.sender.last.getPath(), asked.length]).toEqual(['/tmp/2.jpg', 2]);
  });

  it('of a message that is cancelled meanwhile is thrown away, and nothing is sent', async () => {
    const { world, asked, disposed } = createMediaWorld();
    const message = write(world, () => undefined);
    expect([world.alice.cancel(message), stateOf(message), message.startFileTransfer(1)]).toEqual([
      true,
      'nothing',
      false,
    ]);
    await asked[0]?.done('/tmp/1.jpg');
    expect([disposed, world.sender.asked]).toEqual([['/tmp/1.jpg'], []]);
    const uploading = write(world, () => undefined);
    await asked[1]?.done('/tmp/2.jpg');
    world.alice.deleteMessage(uploading);
    expect(disposed).toEqual(['/tmp/1.jpg', '/tmp/2.jpg']);
  });

  it('is none where the URL of a stored file is sent, or a message is forwarded', () => {
    const { world, asked } = createMediaWorld();
    const message = sendFile(world, URL);
    world.alice.forwardMessage(message, 'bob');
    expect(asked).toEqual([]);
  });
});

describe('a file that came', () => {
  it('gets a thumbnail where the receiver wants one and the sender gave none', async () => {
    const { world, asked, disposed } = createMediaWorld();
    for (const extract of [false, true]) {
      world.bob.addListener({
        Mesibo_onMessage: (message) => {
          message.extractThumbnail = extract;
        },
      });
      write(world, () => undefined);
      await asked.at(-1)?.done('/tmp/photo.jpg');
      world.sender.last.setResult(true, URL);
      world.settle();
      world.receiver.last.setResult(true);
    }
    expect(asked).toHaveLength(3);
    const [extracting] = asked.slice(-1);
    expect(extracting).toMatchObject({
      path: world.bobSaw.last.getFilePath(),
      wishes: { sendThumbnail: true, removeMetadata: false, imageProcessing: false, copyFiles: false },
    });
    await extracting?.done(extracting.path, SMALL);
    expect([world.bobSaw.last.getThumbnail(), disposed.at(-1)]).toEqual([SMALL, extracting?.path]);
  });
});

describe.each([
  ['today', (world: World) => world.alice],
  ['the FileInfo generation', (world: World) => new FileInfoMesibo(world.alice)],
] as const)('pictures in the API of %s', (_, apiOf) => {
  it('loadImage reads a picture, and getThumbnailBitmap makes a small one of it', async () => {
    const { world } = createMediaWorld();
    world.disk.add('/alice/photo.jpg');
    const api = apiOf(world);
    const image = api.loadImage('/alice/photo.jpg');
    expect(new TextDecoder().decode(image ?? undefined)).toBe('/alice/photo.jpg');
    expect([
      await api.getThumbnailBitmap(image ?? SMALL),
      await api.getThumbnailBitmap(Uint8Array.of(1)),
    ]).toEqual([SMALL, null]);
    expect([api.loadImage('/none'), await apiOf(createWorld()).getThumbnailBitmap(SMALL)]).toEqual([
      null,
      null,
    ]);
  });
});
