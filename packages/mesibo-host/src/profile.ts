import type { MesiboMessage } from './message.ts';

/** Another user as this one sees them; mesibo's `MesiboProfile`. */
export class MesiboProfile {
  readonly address: string;
  readonly #newMessage: () => MesiboMessage;

  constructor(address: string, newMessage: () => MesiboMessage) {
    this.address = address;
    this.#newMessage = newMessage;
  }

  /** A message to this user, not sent yet. */
  newMessage(): MesiboMessage {
    return this.#newMessage();
  }
}
