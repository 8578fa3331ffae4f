import {
  CONNECTIVITY,
  type Connectivity,
  createRuntime,
  type Journal,
  type Runtime,
  type Signer,
  type TransferEvent,
} from '@mesibo-files/handler-core';
import { filesOf, type Machine, nodeHash, type ProcessIdentity } from '@mesibo-files/handler-core/node';
import type { NetworkPort, RandomPort } from '@mesibo-files/handler-core/provider';
import type { Disk } from './disk.ts';
import { fileSystemOf } from './file-system.ts';
import { JournalLogs } from './journal.ts';
import { Life } from './life.ts';
import { type LinkState, Network, type Server, type SignerCalls, signerOver } from './network.ts';
import { COUNTS } from './steps.ts';
import { PART, type Store } from './stores.ts';
import type { Timeline } from './timeline.ts';

/** Where the journal of a device is. */
export const STATE = '/state';

/** A device: its disk, and how far its clock is ahead, in milliseconds. */
export interface Device {
  readonly number: number;
  readonly disk: Disk;
  /** Numbers of the processes that live. */
  readonly pids: Set<number>;
  ahead: number;
  /** How often it was started. */
  boots: number;
}

/** What an actor needs of its world. */
export interface Surroundings {
  readonly timeline: Timeline;
  /** Chance that belongs to somebody: what others do does not change it. */
  chanceOf(name: string): RandomPort;
  readonly stores: readonly Store[];
  readonly lanes: number;
  serverOf(url: string): Server | undefined;
  /** Told of what the runtimes of an actor say, and what its signers were answered. */
  onEvent(actor: Actor, runtime: number, event: TransferEvent): void;
  onCall(actor: Actor, runtime: number, store: Store, ...call: Parameters<SignerCalls>): void;
  /** Told when a store is about to give an upload up, by a sweep or by a run. */
  onDiscard(store: Store, ticket: string, by: Life, sweeping: boolean): void;
}

interface OfficeMakers {
  readonly runtime: () => Runtime;
  readonly signer: (store: Store, sweeping: boolean) => Signer;
}

/**
 * A runtime, and the signers that its user has: of each store more than one object. They are made when they are first
 * used, as most of a world's are not.
 */
export class Office {
  readonly journal: Journal;
  readonly #make: OfficeMakers;
  #runtime: Runtime | null = null;
  readonly #signers = new Map<Store, Signer[]>();

  constructor(journal: Journal, make: OfficeMakers) {
    this.journal = journal;
    this.#make = make;
  }

  get runtime(): Runtime {
    this.#runtime ??= this.#make.runtime();
    return this.#runtime;
  }

  signer(store: Store, number: number): Signer {
    const signers = this.#signers.get(store) ?? [];
    this.#signers.set(store, signers);
    signers[number] ??= this.#make.signer(store, false);
    return signers[number];
  }

  /** One for a sweep alone. */
  sweeper(store: Store): Signer {
    return this.#make.signer(store, true);
  }
}

/** A user's process on a device: it runs, is killed, and is started again, with whatever is on the disk by then. */
export class Actor {
  readonly name: string;
  readonly uid: number;
  readonly device: Device;
  /** What its lives noted: each program has a journal's folder of its own. */
  readonly journals: JournalLogs;
  life: Life;
  offices: readonly Office[] = [];
  #link: LinkState;
  readonly #around: Surroundings;
  readonly #listeners = new Set<(connectivity: Connectivity) => void>();
  #lives = 0;

  constructor(around: Surroundings, number: number, device: Device, link: LinkState) {
    this.#around = around;
    this.#link = link;
    this.name = `p${number}`;
    this.uid = number + 1;
    this.device = device;
    this.journals = new JournalLogs(device.disk);
    this.life = this.#begin();
  }

  get link(): LinkState {
    return this.#link;
  }

  set link(state: LinkState) {
    const before = this.#connectivity();
    this.#link = state;
    const now = this.#connectivity();
    if (now !== before) for (const listener of [...this.#listeners]) listener(now);
  }

  /** Starts the process anew. */
  restart(): void {
    this.life = this.#begin();
  }

  #machine(life: Life): Machine {
    const identity = (pid: number): ProcessIdentity => ({
      host: `device${this.device.number}`,
      boot: String(this.device.boots),
      numbers: null,
      pid,
      started: null,
    });
    return {
      files: fileSystemOf(this.device.disk, life, this.#around.chanceOf(`${life.name} disk`)),
      clock: life.clock,
      self: async () => identity(life.pid),
      isDead: (other) =>
        life.operate(1, () => {
          if (other.host !== identity(0).host) return false;
          return other.boot !== identity(0).boot || !this.device.pids.has(other.pid);
        }),
    };
  }

  #connectivity(): Connectivity {
    return this.#link === 'down' ? CONNECTIVITY.DISCONNECTED : CONNECTIVITY.WIFI;
  }

  #begin(): Life {
    const { timeline, lanes, serverOf } = this.#around;
    this.#lives += 1;
    this.#listeners.clear();
    const name = `${this.name}.${this.#lives}`;
    const pid = 100 * this.uid + this.#lives;
    const life = new Life(
      timeline,
      this.#around.chanceOf(name),
      name,
      pid,
      this.device.pids,
      () => this.device.ahead,
    );
    const machine = this.#machine(life);
    // A process has one journal, whatever it has of runtimes.
    const journal = this.journals.journalOf(life);
    const link = (): LinkState => this.#link;
    const network: NetworkPort = {
      connectivity: () => this.#connectivity(),
      onChange: (callback) => {
        this.#listeners.add(callback);
        return () => this.#listeners.delete(callback);
      },
    };
    this.offices = Array.from({ length: COUNTS.runtimes }, (_, number) => {
      const wires = new Network(timeline, this.#around.chanceOf(`${name} r${number}`), life, link);
      return new Office(journal, {
        runtime: () =>
          createRuntime({
            ports: {
              files: filesOf(machine),
              http: wires.http((url) => serverOf(url)),
              clock: life.clock,
              random: this.#around.chanceOf(`${name} r${number} random`),
              network,
              hash: nodeHash(),
              journal,
            },
            limits: { concurrency: 3, sliceSize: 8, rangeSize: PART, maxStreamSize: 10_000 },
            admission: { maxTransfers: lanes },
            onEvent: (event) => {
              if (life.alive) this.#around.onEvent(this, number, event);
            },
          }),
        signer: (store, sweeping) => this.#signer(store, sweeping, number, life, wires),
      });
    });
    return life;
  }

  #signer(store: Store, sweeping: boolean, runtime: number, life: Life, wires: Network): Signer {
    const signer = signerOver(wires, store, store.signer(), (...call) => {
      // What a sweep asks about, no run goes on with.
      if (!sweeping) this.#around.onCall(this, runtime, store, ...call);
    });
    return {
      ...signer,
      discard: (ticket, call) => {
        this.#around.onDiscard(store, ticket, life, sweeping);
        return signer.discard(ticket, call);
      },
    };
  }
}
