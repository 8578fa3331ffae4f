import { isMainThread } from 'node:worker_threads';
import { CONNECTIVITY } from '@mesibo-files/handler-core';
import { manualClock } from '@mesibo-files/handler-core/testing';
import { describe, expect, it } from 'vitest';
import { createWorld, receiveFile, type World } from '../../test/world.ts';
import { FileInfoMesibo } from '../file-info/mesibo.ts';
import type { UpdatedProfile } from '../messages/listeners.ts';
import type { Mesibo } from '../user/mesibo.ts';
import type { MesiboProfile } from './profile.ts';

const URL = 'https://a.example/p/1';
const names = (profiles: readonly MesiboProfile[]): string[] =>
  profiles.map(({ address, groupId, name }) => `${address || groupId} ${name}`.trim());

/** What this user is told of profiles. */
function listening(user: Mesibo): string[] {
  const told: string[] = [];
  user.addListener({
    Mesibo_onProfileUpdated(profile: UpdatedProfile) {
      told.push(
        `${profile.address || profile.groupId} ${profile.name} ${profile.getImageUrl() ?? ''}`.trim(),
      );
    },
  });
  return told;
}

describe.each([
  ['today', (user: Mesibo) => user],
  ['the FileInfo generation', (user: Mesibo) => new FileInfoMesibo(user)],
] as const)('profiles in the API of %s', (_, apiOf) => {
  const people = (): { world: World; carol: Mesibo } => {
    const world = createWorld();
    return { world, carol: world.network.user('carol') };
  };

  it('a picture set on one’s own is uploaded once, and reaches those who know the profile', () => {
    const { world, carol } = people();
    const [alice, bob] = [apiOf(world.alice), apiOf(world.bob)];
    bob.createUserProfile('alice');
    const [bobTold, carolTold, aliceTold] = [world.bob, carol, world.alice].map(listening);
    const self = alice.getSelfProfile();
    self.setImage('/alice/me.png');
    expect([alice.setSelfProfile(self), alice.setSelfProfile(self)]).toEqual([true, true]);
    const again = alice.getSelfProfile();
    again.setImage('/alice/me.png');
    expect([alice.setProfile(again), world.sender.asked.length]).toEqual([true, 1]);
    world.settle();
    expect(bobTold).toEqual([]);
    world.sender.last.setResult(true, URL);
    world.settle();
    expect([bobTold, carolTold, aliceTold]).toEqual([[`alice  ${URL}`], [], [`alice  ${URL}`]]);
    expect(bob.startUserProfilePictureTransfer(bob.getProfile('alice'), { priority: 1 })).toBe(true);
    expect([world.receiver.last.getUrl(), world.receiver.last.getPath()]).toEqual([
      URL,
      bob.getUserProfilePicturePath(bob.getProfile('alice')),
    ]);
  });

  it('one’s own name and status are seen by all; what one calls another, by oneself alone', () => {
    const { world, carol } = people();
    const [alice, bob] = [apiOf(world.alice), apiOf(world.bob)];
    const self = alice.getSelfProfile();
    Object.assign(self, { name: 'Alice', status: 'away' });
    expect(world.bob.getProfile('alice').name).toBe('');
    alice.setSelfProfile(self);
    const seen = bob.getProfile('alice');
    expect([seen.name, seen.status]).toEqual(['Alice', 'away']);
    seen.name = 'Ally';
    bob.setProfile(seen);
    expect([bob.getProfile('alice').name, carol.getProfile('alice').name, self.name]).toEqual([
      'Ally',
      'Alice',
      'Alice',
    ]);
    bob.deleteUserProfile(seen);
    expect(bob.getProfile('alice').name).toBe('Alice');
    expect(() => bob.setSelfProfile(seen)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('another user’s picture can’t be set, and then nothing of the profile is saved', () => {
    const { world } = people();
    const bob = apiOf(world.bob);
    const profile = bob.getProfile('alice');
    Object.assign(profile, { name: 'Mallory' });
    profile.setImage('/bob/other.png');
    expect(() => bob.setProfile(profile)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect([bob.getProfile('alice').name, world.receiver.asked]).toEqual(['', []]);
  });

  it('are listed as they became known, by name, and by the last message', () => {
    const { world, carol } = people();
    const bob = apiOf(world.bob);
    bob.createUserProfile('zoe', 0, 'anna');
    bob.createUserProfile('', 7, 'Club');
    receiveFile(world);
    const message = carol.getProfile('bob').newMessage();
    message.send();
    world.settle();
    expect(names(bob.getProfiles())).toEqual(['zoe anna', '7 Club', 'alice', 'carol']);
    expect(names(bob.getSortedUserProfiles())).toEqual(['alice', 'zoe anna', 'carol', '7 Club']);
    expect(names(bob.getRecentProfiles())).toEqual(['carol', 'alice']);
    receiveFile(world);
    expect(names(bob.getRecentProfiles())).toEqual(['alice', 'carol']);
    expect([
      bob.deleteUserProfile(bob.getProfile('alice')),
      bob.deleteUserProfile(bob.getProfile('alice')),
    ]).toEqual([true, false]);
    expect(names(bob.getRecentProfiles())).toEqual(['carol']);
    receiveFile(world);
    expect(names(bob.getRecentProfiles())).toEqual(['alice', 'carol']);
  });

  it('a deleted one takes its downloaded picture with it, and is told of no more', () => {
    const { world } = people();
    const [alice, bob] = [apiOf(world.alice), apiOf(world.bob)];
    const save = (url: string): void => {
      const self = alice.getSelfProfile();
      self.setImage('/alice/me.png');
      alice.setSelfProfile(self);
      world.sender.last.setResult(true, url);
      world.settle();
    };
    save(URL);
    const profile = bob.createUserProfile('alice');
    const told = listening(world.bob);
    bob.startUserProfilePictureTransfer(profile);
    world.disk.add(world.receiver.last.getPath());
    const running = world.receiver.last;
    expect([bob.deleteUserProfile(profile), running.inProgress, world.disk.size]).toEqual([true, false, 0]);
    save(`${URL}2`);
    expect([told, alice.getSelfProfile().getImageUrl()]).toEqual([[], `${URL}2`]);
    expect(bob.deleteUserProfilePicture(profile)).toBe(false);
  });

  it('the utilities tell time, connection and thread', async () => {
    const clock = manualClock();
    const world = createWorld({ clock });
    const alice = apiOf(world.alice);
    const began = clock.now();
    expect([alice.getTimestamp(), alice.getUpTime(), alice.getConnectedTime()]).toEqual([began, 0, began]);
    await clock.advance(500);
    alice.setNetwork(CONNECTIVITY['3G']);
    expect([alice.getNetworkConnectivity(), alice.getConnectedTime()]).toEqual([CONNECTIVITY['3G'], began]);
    world.alice.stop();
    clock.setNow(began + 10_000);
    world.alice.start();
    expect([alice.getUpTime(), alice.getConnectedTime()]).toEqual([500, began + 10_000]);
    alice.setNetwork(CONNECTIVITY.DISCONNECTED);
    clock.setNow(began + 20_000);
    alice.setNetwork(CONNECTIVITY['2G']);
    expect([alice.getConnectedTime(), alice.getNetworkConnectivity()]).toEqual([
      began + 20_000,
      CONNECTIVITY['2G'],
    ]);
    expect([alice.isUiThread(), alice.random() > 0]).toEqual([isMainThread, true]);
  });
});
