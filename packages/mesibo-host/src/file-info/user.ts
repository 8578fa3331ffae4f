import type { Connectivity } from '@mesibo-files/handler-core';
import type { PictureChoice } from '../profiles/picture-slot.ts';
import type { MesiboProfile } from '../profiles/profile.ts';
import type { Mesibo } from '../user/mesibo.ts';

/** What both generations have by the same name: profiles and utilities. Each call is the one of today's `Mesibo`. */
export class FileInfoUser {
  readonly #mesibo: Mesibo;

  constructor(mesibo: Mesibo) {
    this.#mesibo = mesibo;
  }

  getProfile(peer: string, groupid = 0): MesiboProfile {
    return this.#mesibo.getProfile(peer, groupid);
  }
  setProfile(profile: MesiboProfile): boolean {
    return this.#mesibo.setProfile(profile);
  }
  createUserProfile(peer: string, groupid = 0, name = ''): MesiboProfile {
    return this.#mesibo.createUserProfile(peer, groupid, name);
  }
  deleteUserProfile(profile: Pick<MesiboProfile, 'address' | 'groupId'>): boolean {
    return this.#mesibo.deleteUserProfile(profile);
  }
  getSelfProfile(): MesiboProfile {
    return this.#mesibo.getSelfProfile();
  }
  setSelfProfile(profile: MesiboProfile): boolean {
    return this.#mesibo.setSelfProfile(profile);
  }
  getProfiles(): MesiboProfile[] {
    return this.#mesibo.getProfiles();
  }
  getSortedUserProfiles(): MesiboProfile[] {
    return this.#mesibo.getSortedUserProfiles();
  }
  getRecentProfiles(): MesiboProfile[] {
    return this.#mesibo.getRecentProfiles();
  }
  getUserProfilePicturePath(profile: MesiboProfile, choice: PictureChoice = {}): string {
    return this.#mesibo.getUserProfilePicturePath(profile, choice);
  }
  startUserProfilePictureTransfer(
    profile: MesiboProfile,
    choice: PictureChoice & { readonly priority?: number } = {},
  ): boolean {
    return this.#mesibo.startUserProfilePictureTransfer(profile, choice);
  }
  deleteUserProfilePicture(profile: MesiboProfile, choice: PictureChoice = {}): boolean {
    return this.#mesibo.deleteUserProfilePicture(profile, choice);
  }

  getNetworkConnectivity(): Connectivity {
    return this.#mesibo.getNetworkConnectivity();
  }
  setNetwork(connectivity: Connectivity): void {
    this.#mesibo.setNetwork(connectivity);
  }
  getTimestamp(): number {
    return this.#mesibo.getTimestamp();
  }
  getUpTime(): number {
    return this.#mesibo.getUpTime();
  }
  getConnectedTime(): number {
    return this.#mesibo.getConnectedTime();
  }
  isUiThread(): boolean {
    return this.#mesibo.isUiThread();
  }
  loadImage(path: string): Uint8Array | null {
    return this.#mesibo.loadImage(path);
  }
  getThumbnailBitmap(image: Uint8Array): Promise<Uint8Array | null> {
    return this.#mesibo.getThumbnailBitmap(image);
  }
  /** A new 32-bit number for a message, never 0. */
  random(): number {
    return this.#mesibo.random();
  }
}
