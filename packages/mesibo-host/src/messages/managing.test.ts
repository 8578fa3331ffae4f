import { ORIGIN, TransferError } from '@mesibo-files/handler-core';
import { manualClock } from '@mesibo-files/handler-core/testing';
import { describe, expect, it, vi } from 'vitest';
import { bytes, createCloud } from '../../test/cloud.ts';
import { createWorld, Diary, receiveFile, ScriptedHandler, sendFile, stateOf } from '../../test/world.ts';
import type { SentMessage } from '../device/options.ts';
import { FileInfoMesibo } from '../file-info/mesibo.ts';
import { MessageParams } from '../file-info/message-params.ts';
import { atTime } from './expiry.ts';
import { MSGSTATUS } from './message-record.ts';

const URL = 'https://store.example/key';

/** A world with Carol in it, and with a list of the stored files that were removed. */
function createCrowd() {
  const removed: string[] = [];
  const sent: SentMessage[] = [];
  const world = createWorld({
    removeStored: (url, address) => void removed.push(`${address} ${url}`),
    onSent: (one) => void sent.push(one),
  });
  const carol = world.network.user('carol');
  const [carolSaw, carolHandler] = [new Diary(), new ScriptedHandler()];
  carol.addListener(carolSaw);
  carol.addListener(carolHandler);
  carol.setPath('/carol');
  return { world, removed, sent, carol, carolSaw, carolHandler };
}

describe('forwardMessage', () => {
  it('keeps URL, name, size, type, thumbnail, text and protection, and uploads nothing', () => {
    const { world, sent, carolSaw, carolHandler } = createCrowd();
    const message = world.alice.getProfile('bob').newMessage();
    message.setContent('/alice/photo.jpg');
    Object.assign(message, { title: 'Sunset', message: 'Look', signedFiles: true, contentRating: 3 });
    message.setThumbnail(Uint8Array.of(1, 2));
    message.send();
    world.sender.last.setResult(true, URL);
    world.settle();
    const got = world.bobSaw.last;
    got.signedFiles = false;
    const asked = world.receiver.asked.length;
    const forwarded = world.bob.forwardMessage(got.mid, 'carol', 0x1234_5678n);
    world.settle();
    expect(world.receiver.asked).toHaveLength(asked);
    const there = carolSaw.last;
    expect([there.mid, there.peer, Number(there.mid & 0xffff_ffffn)]).toEqual([
      forwarded?.mid,
      'bob',
      0x1234_5678,
    ]);
    expect(there.getFile()).toMatchObject({
      url: URL,
      name: 'photo.jpg',
      size: '/alice/photo.jpg'.length,
      type: message.getFileType(),
      mimeType: 'image/jpeg',
      path: '/carol/photo.jpg',
      progress: 0,
    });
    expect([there.title, there.message, there.getThumbnail(), there.contentRating]).toEqual([
      'Sunset',
      'Look',
      Uint8Array.of(1, 2),
      3,
    ]);
    expect([carolHandler.last.secure, carolHandler.last.getUrl()]).toEqual([true, URL]);
    expect(sent.map(({ from, to, url }) => [from, to, url])).toEqual([
      ['alice', 'bob', URL],
      ['bob', 'carol', URL],
    ]);
  });

  it('of one’s own message works once its file is stored, also of a text, and of a file by URL', () => {
    const { world, carolSaw } = createCrowd();
    const message = sendFile(world);
    expect(world.alice.forwardMessage(message, 'carol')).toBeNull();
    world.sender.last.setResult(true, URL);
    expect(world.alice.forwardMessage(message, 'carol')?.isFileReady()).toBe(true);
    expect(world.alice.forwardMessage(99n, 'carol')).toBeNull();
    const text = world.alice.getProfile('bob').newMessage();
    text.message = 'Hello';
    expect(world.alice.forwardMessage(text, 'carol')).toBeNull();
    text.send();
    world.alice.forwardMessage(text, 'carol');
    const byUrl = sendFile(world, 'https://cdn.example/a.mp4');
    world.alice.forwardMessage(byUrl, 'carol');
    world.settle();
    expect(carolSaw.messages.map((each) => [each.message, each.getFile()?.url])).toEqual([
      ['', URL],
      ['Hello', undefined],
      ['', 'https://cdn.example/a.mp4'],
    ]);
    expect(world.sender.asked).toHaveLength(1);
  });

  it('keeps back the name that the first sender kept back, and expires as the first does', () => {
    const { world, carolSaw } = createCrowd();
    const message = world.alice.getProfile('bob').newMessage();
    message.setContent('/alice/my secret.png');
    Object.assign(message, { sendFileName: false, expiry: 60 });
    message.send();
    world.sender.last.setResult(true, URL);
    world.alice.forwardMessage(message, 'carol');
    world.settle();
    expect([carolSaw.last.getFileName(), carolSaw.last.isImage(), carolSaw.last.expiry]).toEqual([
      null,
      true,
      60,
    ]);
  });
});

describe('resend', () => {
  it.each(['today', 'the FileInfo generation'])(
    'in the API of %s sends only what is not stored yet',
    async (api) => {
      const world = createWorld();
      let broken = true;
      const { store, files, handler } = createCloud(
        {},
        {
          ports: {
            http: {
              send: (request) => {
                const late = store.requests.filter(({ kind }) => kind === 'part').length >= 2;
                if (broken && late) throw new TransferError('tls', 'broken on purpose', { retryable: false });
                return store.http.send(request);
              },
            },
          },
          limits: { concurrency: 1 },
        },
      );
      files.files.set('/alice/photo.jpg', bytes);
      world.alice.removeListener(world.sender);
      world.alice.addListener(handler);
      const message = world.alice.getProfile('bob').newMessage();
      message.setContent('/alice/photo.jpg');
      message.mid = 7n;
      message.send();
      await vi.waitFor(() => expect(message.isFileTransferFailed()).toBe(true));
      broken = false;
      const old = new FileInfoMesibo(world.alice);
      expect(api === 'today' ? message.resend() : old.resend(new MessageParams('bob'), 7n)).toBe(0);
      await vi.waitFor(() => expect(message.isFileReady()).toBe(true));
      const parts = store.requests.filter(({ kind }) => kind === 'part').map(({ part }) => part);
      expect(parts.sort()).toEqual([1, 2, 3, 4]);
    },
  );
});

describe('cancel', () => {
  it('stops the upload, and nothing is sent', () => {
    const { world } = createCrowd();
    const message = sendFile(world);
    const upload = world.sender.last;
    expect([world.alice.cancel(message), upload.inProgress, world.sender.stopped]).toEqual([
      true,
      false,
      [upload],
    ]);
    upload.setResult(true, URL);
    world.settle();
    expect([world.bobSaw.messages.length, stateOf(message), message.getProgress()]).toEqual([
      0,
      'nothing',
      0,
    ]);
    expect([message.startFileTransfer(1), message.resend(), world.alice.messages()]).toEqual([false, -1, []]);
    expect([world.alice.cancel(message), world.sender.asked.length]).toEqual([false, 1]);
  });

  it('takes back what waits for the network, and nothing that was sent or received', () => {
    const { world, removed } = createCrowd();
    world.alice.stop();
    const waiting = sendFile(world);
    world.sender.last.setResult(true, URL);
    expect(world.alice.cancel(waiting.mid, { removeStored: true })).toBe(true);
    expect(removed).toEqual([`alice ${URL}`]);
    world.alice.start();
    const got = receiveFile(world);
    const [sent] = world.alice.messages();
    expect(world.bobSaw.messages).toEqual([got]);
    expect([world.alice.cancel(got.mid), world.bob.cancel(got), sent?.status]).toEqual([
      false,
      false,
      MSGSTATUS.DELIVERED,
    ]);
  });

  it('in the middle of the question whether it may start stops what the handler has begun', () => {
    const { world } = createCrowd();
    const message = world.alice.getProfile('bob').newMessage();
    message.setContent('/alice/photo.jpg');
    world.sender.onStart = (file) => {
      world.alice.cancel(message);
      file.setResult(true, URL);
      return true;
    };
    message.send();
    world.settle();
    expect([world.sender.stopped, world.bobSaw.messages]).toEqual([[world.sender.last], []]);
  });

  it('by a listener that is told that the upload is done keeps the message back', () => {
    const { world } = createCrowd();
    world.alice.addListener({
      Mesibo_onMessageUpdate: (message) => void (message.isFileReady() && world.alice.cancel(message)),
    });
    sendFile(world);
    world.sender.last.setResult(true, URL);
    world.settle();
    expect(world.bobSaw.messages).toEqual([]);
  });

  it('leaves nothing of the upload in the store', async () => {
    const world = createWorld();
    const { store, files, handler } = createCloud();
    files.files.set('/alice/photo.jpg', bytes);
    world.alice.removeListener(world.sender);
    world.alice.addListener(handler);
    let unfinished = 0;
    world.alice.addListener({
      Mesibo_onMessageUpdate: (told) => {
        if (told.getProgress() === 0) return;
        unfinished ||= store.unfinished();
        world.alice.cancel(told);
      },
    });
    const message = sendFile(world);
    await vi.waitFor(() => expect([unfinished, store.unfinished()]).toEqual([1, 0]));
    expect([...store.objects.keys(), stateOf(message)]).toEqual(['nothing']);
  });
});

describe('an expired message', () => {
  const expiring = () => {
    const clock = manualClock();
    const removed: string[] = [];
    const world = createWorld({ clock, removeStored: (url) => void removed.push(url) });
    const message = world.alice.getProfile('bob').newMessage();
    message.setContent('/alice/photo.jpg');
    message.expiry = 60;
    message.send();
    return { clock, world, message, removed };
  };

  it('that has not left stops its upload, is never sent, and says so', async () => {
    const { clock, world, message } = expiring();
    await clock.advance(59_999);
    expect(stateOf(message)).toBe('running');
    await clock.advance(1);
    expect([stateOf(message), message.status, world.alice.messages()]).toEqual([
      'nothing',
      MSGSTATUS.EXPIRED,
      [],
    ]);
    expect(world.sender.stopped).toHaveLength(1);
    world.sender.last.setResult(true, URL);
    world.settle();
    expect([world.bobSaw.messages, message.resend()]).toEqual([[], -1]);
    expect(world.aliceSaw.events.at(-1)).toBe(`status ${MSGSTATUS.EXPIRED}`);
    expect(clock.timers).toBe(0);
  });

  it('is not sent when the network comes back late, though no timer fired', async () => {
    const { clock, world } = expiring();
    world.alice.stop();
    world.sender.last.setResult(true, URL);
    clock.setNow(clock.now() + 3_600_000);
    world.alice.start();
    world.settle();
    expect(world.bobSaw.messages).toEqual([]);
  });

  it('that came stops its download, and its file and place are given up', async () => {
    const { clock, world, message } = expiring();
    world.sender.last.setResult(true, URL);
    world.settle();
    const got = world.bobSaw.last;
    expect([got.expiry, got.getFilePath()]).toEqual([60, '/bob/photo.jpg']);
    world.disk.add('/bob/photo.jpg');
    await clock.advance(60_000);
    expect([stateOf(got), world.receiver.stopped.length, world.bob.messages(), world.disk.size]).toEqual([
      'nothing',
      1,
      [],
      0,
    ]);
    expect(message.status).toBe(MSGSTATUS.DELIVERED);
    expect(receiveFile(world).getFilePath()).toBe('/bob/photo.jpg');
  });

  it('never reaches a receiver who was away for too long', async () => {
    const { clock, world, message } = expiring();
    world.bob.stop();
    world.sender.last.setResult(true, URL);
    world.settle();
    await clock.advance(60_000);
    world.bob.start();
    world.settle();
    expect([world.bobSaw.messages, message.status]).toEqual([[], MSGSTATUS.SENT]);
  });

  it('waits on when the clock is set back, and longer than a timer can', async () => {
    const clock = manualClock();
    const called: number[] = [];
    atTime(clock, clock.now() + 1000, () => called.push(clock.monotonic()));
    clock.setNow(clock.now() - 5000);
    await clock.advance(5999);
    expect(called).toEqual([]);
    await clock.advance(1);
    expect(called).toEqual([6000]);
    atTime(clock, Number.POSITIVE_INFINITY, () => called.push(0))();
    expect(clock.timers).toBe(0);
  });
});

describe('deleteMessage', () => {
  it('stops the download, and removes the file that came', () => {
    const { world, removed } = createCrowd();
    const got = receiveFile(world);
    const download = world.receiver.last;
    expect(world.bob.deleteMessage(got, { removeStored: true })).toBe(true);
    expect([download.inProgress, world.receiver.stopped, stateOf(got)]).toEqual([
      false,
      [download],
      'nothing',
    ]);
    download.setResult(true);
    expect([got.isFileReady(), got.startFileTransfer(1), got.replaceThumbnail(URL)]).toEqual([
      false,
      false,
      false,
    ]);
    // The object is Alice's.
    expect([removed, world.bob.deleteMessage(got), world.bob.messages()]).toEqual([[], false, []]);
    const second = receiveFile(world);
    world.disk.add('/bob/photo.jpg');
    world.receiver.last.setResult(true);
    world.bob.deleteMessage(second.mid);
    expect([world.disk.size, world.alice.messages().length]).toEqual([0, 2]);
  });

  it('leaves a file alone that the app put where the download was to go, and nobody began', () => {
    const { world } = createCrowd();
    world.receiver.onStart = () => false;
    const got = receiveFile(world);
    world.disk.add(got.getFilePath() ?? '');
    world.bob.deleteMessage(got);
    expect(world.disk.size).toBe(1);
  });

  it('removes the stored file only when asked to, and nothing else of this user’s has it', () => {
    const { world, removed } = createCrowd();
    const message = sendFile(world);
    world.sender.last.setResult(true, URL);
    const forwarded = world.alice.forwardMessage(message, 'carol');
    world.alice.deleteMessage(message, { removeStored: true });
    expect(removed).toEqual([]);
    world.alice.deleteMessage(forwarded ?? 0n);
    expect(removed).toEqual([]);
    const again = sendFile(world);
    world.sender.last.setResult(true, `${URL}2`);
    world.alice.deleteMessage(again, { removeStored: true });
    expect(removed).toEqual([`alice ${URL}2`]);
    const byUrl = sendFile(world, `${URL}2`);
    world.alice.deleteMessage(byUrl, { removeStored: true });
    expect(removed).toHaveLength(1);
  });

  it('never removes what another user uploaded too, or what a profile shows', () => {
    const { world, removed, carol, carolHandler } = createCrowd();
    const mine = sendFile(world);
    world.sender.last.setResult(true, URL);
    const theirs = carol.getProfile('bob').newMessage();
    theirs.setContent('/carol/photo.jpg');
    theirs.send();
    carolHandler.last.setResult(true, URL);
    const self = world.alice.getSelfProfile();
    self.setImage('/alice/me.png');
    self.save();
    world.sender.last.setResult(true, `${URL}/me`);
    const picture = sendFile(world);
    world.sender.last.setResult(true, `${URL}/me`);
    for (const message of [mine, picture]) world.alice.deleteMessage(message, { removeStored: true });
    expect(removed).toEqual([]);
  });

  it('tells why nothing could be removed', async () => {
    for (const removeStored of [undefined, () => Promise.reject(new Error('gone'))]) {
      const world = createWorld(removeStored === undefined ? {} : { removeStored });
      const message = sendFile(world);
      world.sender.last.setResult(true, URL);
      world.alice.deleteMessage(message, { removeStored: true });
      await Promise.resolve();
      expect(String(world.errors[0])).toMatch(/gone|nothing can remove/);
    }
  });

  it('tells nobody any more of a message that was sent', () => {
    const { world } = createCrowd();
    const message = sendFile(world);
    world.sender.last.setResult(true, URL);
    world.alice.deleteMessage(message);
    const told = world.aliceSaw.events.length;
    world.settle();
    expect([world.bobSaw.messages.length, world.aliceSaw.events.length]).toEqual([1, told]);
  });
});

describe('deleteMessages', () => {
  it('deletes what all criteria mean, and the stored file that only they had', () => {
    const { world, removed } = createCrowd();
    const message = sendFile(world);
    world.sender.last.setResult(true, URL);
    world.alice.forwardMessage(message, 'bob');
    world.alice.forwardMessage(message, 'carol');
    expect(world.alice.deleteMessages({ peer: 'bob', incoming: true })).toBe(0);
    expect(world.alice.deleteMessages({ before: message.ts })).toBe(0);
    expect(world.alice.deleteMessages({ peer: 'bob', before: message.ts + 1 }, { removeStored: true })).toBe(
      2,
    );
    expect([removed, world.alice.messages().length]).toEqual([[], 1]);
    expect(world.alice.deleteMessages({ incoming: false }, { removeStored: true })).toBe(1);
    expect(removed).toEqual([`alice ${URL}`]);
  });

  it('with no criterion is refused: it would mean all', () => {
    const { world } = createCrowd();
    sendFile(world);
    expect(() => world.alice.deleteMessages({})).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
    expect(world.alice.messages()).toHaveLength(1);
  });
});

describe('the id of a message', () => {
  it('has the app’s own in its low 32 bits, and is found by either', () => {
    const { world } = createCrowd();
    const message = world.alice.getProfile('bob').newMessage();
    message.mid = 0x1234_5678n;
    message.mid = 0n;
    expect([world.alice.getSenderMessageId(message.mid), message.mid > 0xffff_ffffn]).toEqual([
      0x1234_5678,
      true,
    ]);
    expect(world.alice.findMessage(message.mid)).toBeNull();
    message.send();
    expect(() => {
      message.mid = 5n;
    }).toThrow('already');
    world.settle();
    expect([world.alice.findMessage(0x1234_5678n), world.alice.findMessage(message.mid)]).toEqual([
      message,
      message,
    ]);
    expect([world.bobSaw.last.mid, world.bob.findMessage(0x1234_5678n)]).toEqual([message.mid, null]);
    expect(world.bob.findMessage(BigInt.asIntN(64, message.mid))?.getOrigin()).toBe(ORIGIN.REALTIME);
  });

  it('random() is a number of 32 bits that is never 0', () => {
    let call = 0;
    const world = createWorld({
      random: { bytes: (length) => new Uint8Array(length).fill(call++ === 0 ? 0 : 255) },
    });
    expect(world.alice.random()).toBe(0xffff_ffff);
  });
});
