import type { MesiboProfile } from '../profiles/profile.ts';
import { MESSAGE_ORIGIN } from './constants.ts';

/** What a message was sent with, and what a listener is told of it; mesibo's `MessageParams`, later `MesiboParams`. */
export class MessageParams {
  /** Address of the other user. */
  peer: string;
  /** Id of the message: a 32-bit number of the app's own when it sends. */
  mid = 0n;
  /** Time of the message in milliseconds since 1970; 0: now. */
  ts = 0;
  /** Seconds after which it is discarded, on both sides; 0: never. */
  expiry = 0;
  /** Group; 0 for a user. This host carries messages between users only. */
  groupid = 0;
  /** Carried. */
  flag = 0;
  /** Carried. */
  type = 0;
  /** How far it has got: one of `MSGSTATUS`. */
  status = 0;
  /** One of `MESSAGE_ORIGIN`. */
  origin: number = MESSAGE_ORIGIN.REALTIME;
  /** The other user, in what a listener is told. */
  profile: MesiboProfile | null = null;
  /** Always null here: a message of a group's does not reach this host. */
  groupProfile: MesiboProfile | null = null;

  constructor(peer = '') {
    this.peer = peer;
  }
}
