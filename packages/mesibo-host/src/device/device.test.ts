import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FILETYPE } from '@mesibo-files/handler-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../test/world.ts';
import { nodeFiles } from './node-files.ts';

describe('paths', () => {
  it('are all of the one folder that setPath names', () => {
    const { alice } = createWorld();
    expect(alice.getBasePath()).toBe('alice');
    alice.setPath('/alice/files');
    expect([
      alice.getBasePath(),
      alice.getFilePath(FILETYPE.IMAGE, false),
      alice.getImagePath(true),
      alice.getVideoPath(false),
      alice.getAudioPath(true),
      alice.getDocumentPath(false),
    ]).toEqual(Array.from({ length: 6 }, () => '/alice/files'));
  });

  it('belong to one user: two with one folder would take one file for the other', () => {
    const { network, alice, bob } = createWorld();
    expect(() => alice.setPath('/bob')).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(() => alice.setPath('/BOB')).toThrow('"bob"');
    bob.setPath('/bob');
    expect([alice.getBasePath(), bob.getBasePath()]).toEqual(['alice', '/bob']);
    const folders = ['Alice', 'a/b', 'a:b', '..', 'alice'].map((name) => network.user(name).getBasePath());
    expect(new Set(folders.map((folder) => folder.toLowerCase())).size).toBe(5);
    expect(folders.every((folder) => !/[/\\:]|^\.+$/.test(folder))).toBe(true);
  });

  it('of a user who chose no folder are in one that is made when a file comes', () => {
    const world = createWorld();
    const carol = world.network.user('carol');
    expect(world.disk.has('carol')).toBe(false);
    const message = world.alice.getProfile('carol').newMessage();
    message.setContent('/alice/photo.jpg');
    message.send();
    world.sender.last.setResult(true, 'https://store.example/key');
    world.settle();
    expect(world.disk.has('carol')).toBe(true);
    expect(carol.messages().map((received) => received.getFilePath())).toEqual(['carol/photo.jpg']);
  });

  it.each([
    ['/a/b.JPG', FILETYPE.IMAGE],
    ['c.mp4', FILETYPE.VIDEO],
    ['c.ogg', FILETYPE.AUDIO],
    ['c.pdf', FILETYPE.OTHER],
    ['jpg', FILETYPE.OTHER],
  ])('%s is of type %i', (path, type) => {
    expect(createWorld().alice.getFileType(path)).toBe(type);
  });
});

describe('ids and time', () => {
  it("has the clock's time, and a number of its own for each user", () => {
    const { alice, bob } = createWorld();
    expect(alice.getTimestamp()).toBe(1_700_000_000_000);
    expect([alice.getUid(), bob.getUid()]).toEqual([1, 2]);
  });

  it('makes message numbers of 32 bits that are never 0', () => {
    const answers = [0, 0xff, 0x01];
    const { alice } = createWorld({
      random: { bytes: (count) => new Uint8Array(count).fill(answers.shift() ?? 7) },
    });
    expect([alice.getUniqueMessageId(), alice.getUniqueMessageId()]).toEqual([0xffffffff, 0x01010101]);
  });

  it("finds the sender's number in the low half of a message's id, signed or not", () => {
    const { alice } = createWorld();
    expect(alice.getSenderMessageId(0xabcdef0112345678n)).toBe(0x12345678);
    expect(alice.getSenderMessageId(BigInt.asIntN(64, 0xabcdef01f2345678n))).toBe(0xf2345678);
  });
});

describe("Node's files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mesibo-files-'));
    writeFileSync(join(folder, 'a'), 'abc');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('tell the size of a file, and read a small one', () => {
    const [a, none] = [join(folder, 'a'), join(folder, 'none')];
    expect([a, none, folder].map((path) => nodeFiles.size(path))).toEqual([3, 0, 0]);
    expect([a, none].map((path) => nodeFiles.exists(path))).toEqual([true, false]);
    expect(nodeFiles.read(a, 3)).toEqual(Uint8Array.of(97, 98, 99));
    expect([nodeFiles.read(a, 2), nodeFiles.read(none, 9), nodeFiles.read(folder, 9)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('are removed, and named by absolute paths', () => {
    const a = join(folder, 'a');
    expect([nodeFiles.remove(a), nodeFiles.remove(a), nodeFiles.remove(folder)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(nodeFiles.join('.', 'x')).toBe(resolve('x'));
    expect(nodeFiles.name(a)).toBe('a');
  });
});
