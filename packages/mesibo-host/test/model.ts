import {
  CONNECTIVITY,
  type Connectivity,
  type MesiboFileTransfer,
  ORIGIN,
  type Origin,
} from '@mesibo-files/handler-core';
import { type MemoryFiles, memoryFiles } from '@mesibo-files/handler-core/testing';
import type { MesiboMessage } from '../src/messages/message.ts';
import { type PendingRequest, pendingHttp } from './model-http.ts';
import { createWorld, Diary, ScriptedHandler, type World } from './world.ts';

export type Side = 'alice' | 'bob';
export const SIDES: readonly Side[] = ['alice', 'bob'];

/** What a handler does when it is asked. */
export const BEHAVIOURS = [
  'accepts',
  'declines',
  'throws',
  'succeeds at once',
  'fails at once',
  'cancels',
  'delegates',
  'delegates and declines',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/** What the contract says of one file, kept in the plainest way there is. */
export interface ModelFile {
  readonly side: Side;
  readonly upload: boolean;
  /** Null: a profile picture. */
  readonly message: MesiboMessage | null;
  /** Names it in requests of mesibo's own: the file's name, or the URL. */
  readonly subject: string;
  /** Tells its transfers from others. */
  readonly key: string;
  /** The other user of the message. */
  readonly peer: string;
  /** Of the message, in milliseconds since 1970; infinity: it does not expire. */
  readonly expiresAt: number;
  /** The message has left: it can't be cancelled any more. */
  left: boolean;
  state: 'required' | 'running' | 'failed' | 'ready' | 'nothing';
  progress: number;
  origin: Origin;
  /** mesibo uploads or downloads it by itself. */
  own: boolean;
  /** The transfer that may still report; every other one is late. */
  live: MesiboFileTransfer | null;
}

/** A message that has left, and has not arrived. */
export interface Letter {
  readonly to: string;
  readonly mid: bigint;
  readonly url: string | null;
  readonly expiresAt: number;
}

/** What one user's app has set. */
interface ModelUser {
  handlers: boolean;
  enabled: boolean;
  autoDownload: boolean;
  network: Connectivity;
}

export interface Model {
  readonly userUnblocks: boolean;
  /** Of messages that are there, in the order in which they came. */
  readonly files: ModelFile[];
  /** Messages that were cancelled, deleted, or have expired: nothing may happen with them any more. */
  readonly gone: MesiboMessage[];
  readonly mail: Letter[];
  /** Stored files that were to be removed. */
  readonly removed: string[];
  /** Milliseconds since 1970. */
  now: number;
  /** The current upload and download of each picture. */
  readonly pictures: Map<string, ModelFile>;
  /** URLs of the pictures that are published, by their index. */
  readonly published: Map<number, string>;
  /** Pictures whose download was cancelled for good, by key and URL. */
  readonly blocked: Set<string>;
  readonly users: Record<Side, ModelUser>;
  /** What each user's two handlers do, in the order in which they are asked. */
  readonly behaviours: Record<Side, [Behaviour, Behaviour]>;
  count: number;
}

/** The world, and all that handlers were given and listeners told. */
export interface Real {
  readonly clock: StepClock;
  /** Stored files that were removed. */
  readonly removed: string[];
  /** What arrived at Carol, who is away until the end. */
  readonly carolSaw: Diary;
  readonly world: World;
  readonly device: MemoryFiles;
  readonly pending: PendingRequest[];
  readonly handlers: Record<Side, readonly [ScriptedHandler, ScriptedHandler]>;
  /** Every transfer that handlers were asked with, or listeners told of, oldest first. */
  readonly transfers: Set<MesiboFileTransfer>;
  /** The last one that began, by what it is about. */
  readonly began: Map<string, MesiboFileTransfer>;
  /** How often each transfer was seen to end. */
  readonly ends: Map<MesiboFileTransfer, number>;
  /** What the handlers were asked since the last look. */
  readonly asked: MesiboFileTransfer[];
  readonly faults: string[];
}

export const ORIGINS_OF_OWN_DOWNLOADS: readonly Origin[] = [ORIGIN.REALTIME, ORIGIN.PENDING];

/** A clock that moves at one step's word, and calls back within it. */
class StepClock {
  #now = 1_700_000_000_000;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  now(): number {
    return this.#now;
  }
  monotonic(): number {
    return this.#now;
  }
  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const timer of [...this.#timers]) {
      if (timer.at > this.#now || !this.#timers.delete(timer)) continue;
      timer.callback();
    }
  }
}

const keyOf = (
  side: Side,
  file: Pick<MesiboFileTransfer, 'upload' | 'mid' | 'source' | 'imageIndex'>,
): string => `${side} ${file.upload} ${file.mid} ${file.source} ${file.imageIndex}`;

export function createModel(userUnblocks: boolean): { model: Model; real: Real } {
  const { http, pending } = pendingHttp();
  const device = memoryFiles();
  const still = { now: () => 1_700_000_000_000, monotonic: () => 0, after: () => () => undefined };
  const clock = new StepClock();
  const removed: string[] = [];
  let mids = 0;
  const world = createWorld({
    userUnblocks,
    clock,
    removeStored: (url, address) => {
      const known = world.network.user(address).allMessages();
      if (known.some((message) => message.getFile()?.url === url))
        real.faults.push('a known file was removed');
      removed.push(url);
    },
    ports: { http, files: device, clock: still },
    limits: { attempts: 1 },
    random: {
      bytes: (length) => Uint8Array.from({ length }, (_, at) => (at < length - 2 ? 1 : ++mids >> (at % 2))),
    },
  });
  const user = (): ModelUser => ({
    handlers: true,
    enabled: true,
    autoDownload: true,
    network: CONNECTIVITY.WIFI,
  });
  const model: Model = {
    userUnblocks,
    files: [],
    gone: [],
    mail: [],
    removed: [],
    now: clock.now(),
    pictures: new Map(),
    published: new Map(),
    blocked: new Set(),
    users: { alice: user(), bob: user() },
    behaviours: { alice: ['accepts', 'accepts'], bob: ['accepts', 'accepts'] },
    count: 0,
  };
  const handlers = {
    alice: [world.sender, new ScriptedHandler()],
    bob: [world.receiver, new ScriptedHandler()],
  } as const;
  const carol = world.network.user('carol');
  const carolSaw = new Diary();
  carol.addListener(carolSaw);
  carol.enableFileTransfer(false);
  carol.stop();
  const real: Real = {
    clock,
    removed,
    carolSaw,
    world,
    device,
    pending,
    handlers,
    transfers: new Set(),
    began: new Map(),
    ends: new Map(),
    asked: [],
    faults: [],
  };
  for (const side of SIDES) {
    world[side].addListener(handlers[side][1]);
    world[side].setUploadUrl('https://up.example/own', 'token', { maxRetries: 0 });
    for (const [number, handler] of handlers[side].entries()) {
      handler.onStart = (file) => behave(model, model.behaviours[side][number] ?? 'accepts', file, real);
    }
    watch(side, real);
  }
  return { model, real };
}

/** The invariants that hold at every moment, whatever the model says. */
function watch(side: Side, real: Real): void {
  const seen = new Map<MesiboFileTransfer, number>();
  real.world[side].addListener({
    Mesibo_onFileTransferProgress: (file) => {
      if (real.ends.has(file)) real.faults.push('told of a transfer after its end');
      if (file.progress < (seen.get(file) ?? 0)) real.faults.push('progress went back');
      if (file.upload && file.progress === 100 && !file.result) real.faults.push('100 before the URL');
      if (!seen.has(file)) real.began.set(keyOf(side, file), file);
      seen.set(file, file.progress);
      real.transfers.add(file);
      if (!file.inProgress) real.ends.set(file, (real.ends.get(file) ?? 0) + 1);
      return true;
    },
  });
}

export const nextUrl = (model: Model): string => `https://store.example/${++model.count}`;

function behave(model: Model, behaviour: Behaviour, file: MesiboFileTransfer, real: Real): boolean {
  real.transfers.add(file);
  real.asked.push(file);
  if (behaviour === 'succeeds at once') file.setResult(true, nextUrl(model));
  if (behaviour === 'fails at once') file.setResult(false);
  if (behaviour === 'cancels') file.cancel(false);
  if (behaviour === 'throws') throw new Error('on purpose');
  if (behaviour.startsWith('delegates')) file.start(`https://up.example/${++model.count}`, { some: 'field' });
  return !['declines', 'cancels', 'delegates and declines'].includes(behaviour);
}
