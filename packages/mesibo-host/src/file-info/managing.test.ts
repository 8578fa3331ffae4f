import { manualClock } from '@mesibo-files/handler-core/testing';
import { describe, expect, it } from 'vitest';
import {
  createOldWorld,
  FileDiary,
  nameOf,
  PHOTO as path,
  photo,
  received,
  toBob,
  PHOTO_URL as url,
} from '../../test/file-info.ts';
import { describeFile, readFileDescription } from '../messages/file-description.ts';
import { MSGSTATUS } from '../messages/message-record.ts';
import { MODE, SOURCE, STATUS, TYPE } from './constants.ts';
import { FileInfoMesibo } from './mesibo.ts';
import { MessageParams } from './message-params.ts';

const withCarol = (old = createOldWorld()) => {
  const carol = old.world.network.user('carol');
  carol.setPath('/carol');
  const carolSaw = new FileDiary();
  new FileInfoMesibo(carol).addListener(carolSaw);
  return { ...old, carolSaw, toCarol: new MessageParams('carol') };
};

describe('forwardMessage', () => {
  it('sends a received file on by its URL, with the id that the app gives', () => {
    const { world, bob, bobSaw, receiver, carolSaw, toCarol, ...old } = withCarol();
    const file = received({ world, bob, bobSaw, receiver, ...old });
    const asked = receiver.asked.length;
    expect(bob.forwardMessage(toCarol, 0xffff_ffffn, file.mid)).toBe(0);
    world.settle();
    expect([carolSaw.last.getUrl(), carolSaw.last.size, receiver.asked.length]).toEqual([
      url,
      path.length,
      asked,
    ]);
    expect([carolSaw.last.mid & 0xffff_ffffn, bobSaw.statuses]).toEqual([
      0xffff_ffffn,
      ['4294967295 1', '4294967295 2'],
    ]);
    expect(bob.forwardMessage(toCarol, 1n, 12345n)).toBe(-1);
    const group = Object.assign(new MessageParams(), { groupid: 5 });
    expect(() => bob.forwardMessage(group, 1n, file.mid)).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });
});

describe('resend and cancel', () => {
  it('find a message by the id that the app gave', () => {
    const old = createOldWorld();
    const file = photo(old);
    old.alice.sendFile(toBob(), 7n, file);
    expect([old.alice.resend(toBob(), 7n), file.mid & 0xffff_ffffn]).toEqual([-1, 7n]);
    old.sender.fail(STATUS.RETRYLATER);
    expect([old.alice.resend(toBob(), 7n), old.sender.asked.length, file.userInteraction]).toEqual([
      0,
      2,
      true,
    ]);
    expect([old.alice.cancel(toBob(), 7n), old.sender.stopped]).toEqual([0, [file]]);
    expect([old.alice.cancel(toBob(), 7n), old.alice.resend(toBob(), 7n)]).toEqual([-1, -1]);
    old.sender.done(url);
    old.world.settle();
    expect(old.bobSaw.files).toEqual([]);
  });

  it('of one of two messages that share an upload leave the other alone', () => {
    const old = createOldWorld();
    old.alice.sendFile(toBob(), 1n, photo(old));
    old.alice.sendFile(toBob(), 2n, photo(old));
    expect([old.alice.cancel(toBob(), 1n), old.sender.stopped]).toEqual([0, []]);
    old.sender.done(url);
    old.world.settle();
    expect(old.bobSaw.files).toHaveLength(1);
    expect(old.bobSaw.last.mid & 0xffff_ffffn).toBe(2n);
  });
});

describe('expiry', () => {
  it('of the params stops the transfer, and is told as the status', async () => {
    const clock = manualClock();
    const old = createOldWorld({ clock });
    old.alice.sendFile(Object.assign(toBob(), { expiry: 10 }), 7n, photo(old));
    await clock.advance(10_000);
    expect([old.sender.stopped.length, old.aliceSaw.statuses]).toEqual([1, [`7 ${MSGSTATUS.EXPIRED}`]]);
    old.alice.sendFile(Object.assign(toBob(), { expiry: 10 }), 8n, photo(old));
    old.sender.done(url);
    old.world.settle();
    expect(old.bobSaw.files[0]?.params.expiry).toBe(10);
    await clock.advance(10_000);
    expect([nameOf(old.bobSaw.last.getStatus()), old.world.bob.messages()]).toEqual(['IDLE', []]);
  });
});

describe('deleteMessage and deleteMessages', () => {
  it('delete by id, by peer, and nothing where neither is said', () => {
    const old = createOldWorld();
    const file = received(old);
    received(old);
    expect([old.bob.deleteMessage(file.mid), old.bob.deleteMessage(file.mid)]).toEqual([true, false]);
    expect(old.receiver.stopped).toEqual([file]);
    expect(old.alice.deleteMessages(Object.assign(toBob(), { mid: 99n }))).toBe(0);
    expect(old.alice.deleteMessages(Object.assign(toBob(), { mid: 7n }))).toBe(1);
    expect(old.alice.deleteMessages(toBob())).toBe(1);
    expect(() => old.bob.deleteMessages(new MessageParams())).toThrow('criterion');
    expect([old.world.alice.messages().length, old.world.bob.messages().length]).toEqual([0, 1]);
  });

  it('forget the files of the messages too', () => {
    const old = createOldWorld();
    for (let count = 0; count < 200; count++) {
      received(old);
      old.bob.deleteMessages(new MessageParams('alice'));
    }
    const kept = received(old);
    old.receiver.progress(10);
    expect([kept.getProgress(), old.receiver.stopped.length]).toEqual([10, 200]);
  });
});

describe('sendLocation', () => {
  it('sends a place with its texts, and nothing where there is none', () => {
    const old = createOldWorld();
    const image = Uint8Array.of(1);
    const place = { lat: 48.2, lon: 16.4, title: 'Here', message: 'Come', image };
    expect(old.alice.sendLocation(toBob(), 7n, place)).toBe(0);
    expect(old.alice.sendLocation(toBob(), 8n, { lat: 100, lon: 0 })).toBe(-1);
    old.world.settle();
    expect(old.bobSaw.files).toHaveLength(1);
    expect(old.bobSaw.last).toMatchObject({ ...place, type: TYPE.LOCATION });
    expect(old.aliceSaw.statuses).toEqual(['7 1', '7 2']);
  });
});

describe('sendMessage', () => {
  it('carries a file’s facts as JSON, and the receiver downloads by them: the manual way', () => {
    const old = createOldWorld();
    const facts = { url, name: 'photo.jpg', size: 5, type: TYPE.IMAGE, title: 'Sunset', secure: true };
    const got: string[] = [];
    old.bob.addListener({
      Mesibo_onMessage(params, data) {
        got.push(`${params.peer} ${params.mid & 0xffff_ffffn}`);
        const file = readFileDescription(new TextDecoder().decode(data));
        if (file === null) return;
        const { DOWNLOAD } = MODE;
        const to = `/bob/${file.name}`;
        const info = old.bob.getFileInstance(
          params,
          params.mid,
          DOWNLOAD,
          file.type,
          SOURCE.MESSAGE,
          to,
          file.url,
          old.bobSaw,
        );
        info.secure = file.secure;
        expect(old.bob.startFileTransfer(info)).toBe(true);
      },
    });
    expect(old.alice.sendMessage(toBob(), 7n, describeFile(facts))).toBe(0);
    expect(old.alice.sendMessage(toBob(), 8n, new TextEncoder().encode('Hello'))).toBe(0);
    expect(() => old.alice.sendMessage(toBob(), 9n, Uint8Array.of(0xff))).toThrow('UTF-8');
    old.world.settle();
    expect([got, old.sender.asked, old.bobSaw.files]).toEqual([['alice 7', 'alice 8'], [], []]);
    const file = old.receiver.last;
    expect([file.getUrl(), file.getPath(), file.secure]).toEqual([url, '/bob/photo.jpg', true]);
    old.receiver.done();
    expect(file.isTransferred()).toBe(true);
  });
});

describe('random', () => {
  it('is an id for a message', () => {
    const { alice } = createOldWorld();
    expect(alice.random()).toBeGreaterThan(0);
    expect(alice.random()).toBeLessThan(2 ** 32);
  });
});
