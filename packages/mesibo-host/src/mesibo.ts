import { CONNECTIVITY, type Connectivity, type NetworkPort } from '@mesibo-files/handler-core';
import { ConnectivityState } from './connectivity.ts';
import { Listeners, type MesiboListener } from './listeners.ts';
import { Mailbox } from './mailbox.ts';
import type { MesiboMessage } from './message.ts';
import type { HostSettings } from './options.ts';
import { Outbox } from './outbox.ts';
import type { PostOffice } from './post-office.ts';
import { MesiboProfile } from './profile.ts';

/** mesibo as one user's app sees it. Made by `MesiboNetwork.user(address)`; online from the start. */
export class Mesibo {
  readonly address: string;
  readonly #uid: number;
  readonly #postOffice: PostOffice;
  readonly #listeners: Listeners;
  readonly #outbox: Outbox;
  readonly #mailbox: Mailbox;
  readonly #connectivity = new ConnectivityState();
  #started = true;

  /** @internal */
  constructor(address: string, uid: number, settings: HostSettings, postOffice: PostOffice) {
    this.address = address;
    this.#uid = uid;
    this.#postOffice = postOffice;
    this.#listeners = new Listeners(settings.onError);
    const online = (): boolean => this.#online;
    this.#outbox = new Outbox({
      address,
      online,
      carry: (envelope) => postOffice.carry(envelope),
      statusChanged: (message) => this.#listeners.tell('Mesibo_onMessageStatus', message),
    });
    this.#mailbox = new Mailbox(settings, this.#listeners, this.#outbox);
    this.#connectivity.onChange(() => this.#reconnect());
    postOffice.register(address, {
      online,
      receive: (envelope, origin) => this.#mailbox.receive(envelope, origin),
      delivered: (mid) => this.#outbox.delivered(mid),
    });
  }

  /** mesibo's numeric id of this user, unsigned 32-bit. */
  getUid(): number {
    return this.#uid;
  }

  /**
   * Registers a file transfer handler, a message listener, a progress listener, or all in one: what it is told depends
   * on the methods it has. Handlers are asked in the order in which they were added; the first to say true owns the
   * transfer.
   */
  addListener(listener: MesiboListener): void {
    this.#listeners.add(listener);
  }
  removeListener(listener: MesiboListener): void {
    this.#listeners.remove(listener);
  }

  getProfile(address: string): MesiboProfile {
    return new MesiboProfile(address, () => this.#mailbox.newMessage(address));
  }

  /**
   * Reads all messages, oldest first, as an app does when it opens: they then count as read from the database, and
   * every transfer that was deferred, stopped or failed is asked for again, with priority 0.
   */
  messages(): MesiboMessage[] {
    return this.#mailbox.readAll();
  }

  /** The folder that files go to which are received from now on; it must exist. Default: the working directory. */
  setPath(folder: string): void {
    this.#mailbox.folder = folder;
  }
  getBasePath(): string {
    return this.#mailbox.folder;
  }

  getNetworkConnectivity(): Connectivity {
    return this.#connectivity.connectivity();
  }
  /** Tells mesibo of the network. While it is `DISCONNECTED`, messages wait on both sides. */
  setNetwork(connectivity: Connectivity): void {
    this.#connectivity.set(connectivity);
  }
  /** The same state as a port of the engine's, for the `network` of a runtime's ports. */
  get network(): NetworkPort {
    return this.#connectivity;
  }

  /** Goes online: what waited leaves, and what was missed arrives as pending. */
  start(): void {
    this.#started = true;
    this.#reconnect();
  }
  /** Goes offline for messages. Transfers that run go on. */
  stop(): void {
    this.#started = false;
  }

  get #online(): boolean {
    return this.#started && this.getNetworkConnectivity() !== CONNECTIVITY.DISCONNECTED;
  }

  #reconnect(): void {
    this.#outbox.flush();
    this.#postOffice.wake(this.address);
  }
}
