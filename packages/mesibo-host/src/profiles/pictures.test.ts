import { FILESOURCE, ORIGIN } from '@mesibo-files/handler-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWorld, type World } from '../../test/world.ts';
import { shortDigest } from '../device/short-digest.ts';
import { pictureName, slotKey } from './picture-slot.ts';

const URL = 'https://a.example/p/1';

/** Alice has a picture that everybody can see. */
function withPicture(url = URL): World {
  const world = createWorld();
  const self = world.alice.getSelfProfile();
  self.setImage('/alice/me.png');
  self.save();
  world.sender.last.setResult(true, url);
  world.sender.asked.length = 0;
  return world;
}

describe("one's own picture", () => {
  it('is uploaded without a message, and seen by others when it is there', () => {
    const world = createWorld();
    const self = world.alice.getSelfProfile();
    self.setImage('/alice/me.png', 2);
    expect(world.sender.asked).toEqual([]);
    expect(self.save()).toBe(true);
    const file = world.sender.last;
    expect([
      file.upload,
      file.mid,
      file.source,
      file.imageIndex,
      file.origin,
      file.getPath(),
      file.getUrl(),
    ]).toEqual([true, 0n, FILESOURCE.PROFILE, 2, ORIGIN.REALTIME, '/alice/me.png', null]);
    const seen = world.bob.getProfile('alice');
    expect(seen.getImageUrl(2)).toBeNull();
    file.setProgress(50);
    file.setResult(true, URL);
    expect([seen.getImageUrl(2), seen.getImageUrl(), seen.getThumbnailUrl(2)]).toEqual([URL, null, null]);
    expect(world.aliceSaw.events).toEqual(['progress 0', 'progress 50', 'progress 100 ended']);
  });

  it('has a small one of its own, which is source 3; and a group has pictures, which are source 2', () => {
    const world = createWorld();
    const self = world.alice.getSelfProfile();
    self.setThumbnail('/alice/small.png');
    const group = world.alice.getProfile('', 77);
    group.setImage('/alice/group.png', 1);
    self.save();
    group.save();
    expect(world.sender.asked.map(({ source, imageIndex, mid }) => [source, imageIndex, mid])).toEqual([
      [FILESOURCE.THUMBNAIL, 0, 0n],
      [FILESOURCE.GROUPPROFILE, 1, 0n],
    ]);
    world.sender.asked[0]?.setResult(true, 'https://a.example/small');
    world.sender.asked[1]?.setResult(true, 'https://a.example/group');
    expect(world.bob.getProfile('alice').getThumbnailUrl()).toBe('https://a.example/small');
    const seen = world.bob.getProfile('', 77);
    expect(world.bob.startUserProfilePictureTransfer(seen, { imageIndex: 1 })).toBe(true);
    expect(world.receiver.last.source).toBe(FILESOURCE.GROUPPROFILE);
  });

  it('is uploaded once while it runs, and another one takes its place', () => {
    const world = createWorld();
    const self = world.alice.getSelfProfile();
    for (const path of ['/alice/1.png', '/alice/1.png', '/alice/2.png']) {
      self.setImage(path);
      expect(self.save()).toBe(true);
    }
    const [first, second] = world.sender.asked;
    expect(world.sender.asked).toHaveLength(2);
    expect(world.sender.stopped).toEqual([first]);
    first?.setResult(true, 'https://a.example/1');
    second?.setResult(true, 'https://a.example/2');
    expect(self.getImageUrl()).toBe('https://a.example/2');
    self.setImage('/alice/2.png');
    self.save();
    expect(world.sender.asked).toHaveLength(3);
  });

  it('says when it was not begun, and begins at the next save', () => {
    const world = createWorld();
    world.sender.onStart = () => false;
    const self = world.alice.getSelfProfile();
    self.setImage('/alice/1.png');
    expect(self.save()).toBe(false);
    world.sender.onStart = () => true;
    self.setImage('/alice/1.png');
    expect(self.save()).toBe(true);
    expect(self.save()).toBe(true);
    expect(world.sender.asked).toHaveLength(2);
  });

  it("is nobody else's to change", () => {
    const { alice } = createWorld();
    const bob = alice.getProfile('bob');
    bob.setImage('/alice/1.png');
    expect(() => bob.save()).toThrow("Another user's");
    expect(() => alice.getProfile('', 7).newMessage()).toThrow('groups');
    const self = alice.getSelfProfile();
    self.setImage('/alice/1.png', -1);
    expect(() => self.save()).toThrow('imageIndex');
  });
});

describe("another user's picture", () => {
  it('is downloaded on request, to a path of its own, and only once while it runs', () => {
    const world = withPicture();
    const { bob, receiver } = world;
    const alice = bob.getProfile('alice');
    expect(bob.startUserProfilePictureTransfer(alice)).toBe(true);
    expect(bob.startUserProfilePictureTransfer(bob.getProfile('alice'), { priority: 3 })).toBe(true);
    expect(receiver.asked).toHaveLength(1);
    const file = receiver.last;
    expect([
      file.upload,
      file.mid,
      file.source,
      file.imageIndex,
      file.priority,
      file.getUrl(),
      file.getPath(),
    ]).toEqual([false, 0n, FILESOURCE.PROFILE, 0, 3, URL, bob.getUserProfilePicturePath(alice)]);
    world.disk.add(file.getPath());
    file.setResult(true);
    expect(world.bobSaw.events).toEqual(['progress 0', 'progress 100 ended']);
    expect(bob.startUserProfilePictureTransfer(alice)).toBe(true);
    expect(receiver.asked).toHaveLength(1);
  });

  it('is downloaded anew when it was removed, failed, was stopped, or is another one', () => {
    const world = withPicture();
    const { bob, receiver } = world;
    const alice = bob.getProfile('alice');
    const start = (): boolean => bob.startUserProfilePictureTransfer(alice);
    start();
    receiver.last.setResult(false);
    start();
    expect(bob.stopUserProfilePictureTransfer(alice)).toBe(true);
    expect(bob.stopUserProfilePictureTransfer(alice)).toBe(false);
    start();
    receiver.last.setResult(true);
    start();
    expect(receiver.asked).toHaveLength(4);
    const self = world.alice.getSelfProfile();
    self.setImage('/alice/new.png');
    self.save();
    world.sender.last.setResult(true, `${URL}/new`);
    start();
    expect(receiver.stopped).toHaveLength(2);
    expect(receiver.last.getUrl()).toBe(`${URL}/new`);
  });

  it('that was cancelled for good stays so, until it is another one', () => {
    const world = withPicture();
    const alice = world.bob.getProfile('alice');
    world.bob.startUserProfilePictureTransfer(alice);
    world.receiver.last.cancel(false);
    expect(world.bob.startUserProfilePictureTransfer(alice, { priority: 1 })).toBe(false);
    const self = world.alice.getSelfProfile();
    self.setImage('/alice/new.png');
    self.save();
    world.sender.last.setResult(true, `${URL}/new`);
    expect(world.bob.startUserProfilePictureTransfer(alice)).toBe(true);
  });

  it('is not there: nothing is started', () => {
    const { bob, receiver } = createWorld();
    expect(bob.startUserProfilePictureTransfer(bob.getProfile('alice'))).toBe(false);
    expect(receiver.asked).toEqual([]);
  });

  it('is deleted here, and goes on being there for others', () => {
    const world = withPicture();
    const { bob, disk } = world;
    const alice = bob.getProfile('alice');
    expect(bob.deleteUserProfilePicture(alice)).toBe(false);
    bob.startUserProfilePictureTransfer(alice);
    expect(bob.deleteUserProfilePicture(alice)).toBe(true);
    expect(world.receiver.stopped).toHaveLength(1);
    disk.add(bob.getUserProfilePicturePath(alice));
    expect(bob.deleteUserProfilePicture(alice)).toBe(true);
    expect([disk.size, alice.getImageUrl()]).toEqual([0, URL]);
  });
});

describe('deleting', () => {
  it("one's own picture takes it out of the profile, and leaves the file that it was made of", () => {
    const world = withPicture();
    world.disk.add('/alice/me.png');
    const self = world.alice.getSelfProfile();
    expect(world.alice.deleteUserProfilePicture(self, { imageIndex: 1 })).toBe(false);
    expect(world.alice.deleteUserProfilePicture(self)).toBe(true);
    expect([self.getImageUrl(), world.disk.has('/alice/me.png')]).toEqual([null, true]);
    expect(world.alice.deleteUserProfilePicture(self)).toBe(false);
  });
});

describe('the path of a picture', () => {
  const slot = fc.record({
    address: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom('a', 'A', '../a', 'a/b', '_61_'),
    ),
    groupId: fc.constant(0),
    thumbnail: fc.boolean(),
    imageIndex: fc.nat(3),
  });

  it('is the same for the same picture, another for any other one, and in the folder whatever the address', () => {
    fc.assert(
      fc.property(slot, slot, (one, other) => {
        const [first, second] = [pictureName(one, shortDigest), pictureName(other, shortDigest)];
        expect(first.toLowerCase() === second.toLowerCase()).toBe(slotKey(one) === slotKey(other));
        expect(first).toMatch(/^[\w-]{1,100}$/);
      }),
      { numRuns: 2000 },
    );
    const { alice } = createWorld();
    alice.setPath('/alice');
    expect(alice.getUserProfilePicturePath(alice.getProfile('', 7), { imageIndex: 1 })).toBe(
      '/alice/profile-group7-1',
    );
  });
});
