import { type Mid, TransferError } from '@mesibo-files/handler-core';
import type { MesiboMessage } from './message.ts';

/** Which messages are meant: those for which everything holds that is given. */
export interface MessageCriteria {
  /** Address of the other user. */
  readonly peer?: string;
  /** Id of one message. */
  readonly mid?: Mid;
  /** True: received messages; false: sent ones. */
  readonly incoming?: boolean;
  /** Sent before this time, in milliseconds since 1970. */
  readonly before?: number;
}

/** What goes with a message that is deleted or cancelled. */
export interface DeleteOptions {
  /**
   * Removes the stored file too, if this user uploaded it and no other message that this user knows has it; see
   * `MesiboNetworkOptions.removeStored`. Default false.
   */
  readonly removeStored?: boolean;
}

/**
 * Whether a message is meant.
 * @throws `invalid-argument` where nothing is given: that would mean every message there is
 */
export function matcher(criteria: MessageCriteria): (message: MesiboMessage) => boolean {
  const { peer, mid, incoming, before } = criteria;
  if ([peer, mid, incoming, before].every((each) => each === undefined)) {
    throw new TransferError('invalid-argument', 'deleteMessages needs at least one criterion', {
      hint: 'Say whose messages, which one, which direction, or before when.',
    });
  }
  return (message) =>
    (peer === undefined || message.peer === peer) &&
    (mid === undefined || message.mid === BigInt.asUintN(64, mid)) &&
    (incoming === undefined || message.isIncoming() === incoming) &&
    (before === undefined || message.ts < before);
}
