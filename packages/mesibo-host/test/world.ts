import type { FileTransferHandler, MesiboFileTransfer } from '@mesibo-files/handler-core';
import type { HostFiles } from '../src/device/node-files.ts';
import type { MesiboNetworkOptions } from '../src/device/options.ts';
import type { MesiboMessage } from '../src/messages/message.ts';
import { MesiboNetwork } from '../src/network.ts';
import type { Mesibo } from '../src/user/mesibo.ts';

/** A handler that does as it is told and remembers what it was asked. */
export class ScriptedHandler implements FileTransferHandler {
  /** What start does, and answers. */
  onStart: (file: MesiboFileTransfer) => boolean = () => true;
  readonly asked: MesiboFileTransfer[] = [];
  readonly stopped: MesiboFileTransfer[] = [];

  Mesibo_onStartFileTransfer(file: MesiboFileTransfer): boolean {
    this.asked.push(file);
    return this.onStart(file);
  }

  Mesibo_onStopFileTransfer(file: MesiboFileTransfer): boolean {
    this.stopped.push(file);
    return true;
  }

  /** The transfer that it was asked for last. */
  get last(): MesiboFileTransfer {
    const last = this.asked.at(-1);
    if (last === undefined) throw new Error('the handler was never asked');
    return last;
  }
}

/** Remembers what a user was told. */
export class Diary {
  readonly messages: MesiboMessage[] = [];
  readonly events: string[] = [];

  Mesibo_onMessage(message: MesiboMessage): void {
    this.messages.push(message);
    this.events.push('message');
  }
  Mesibo_onMessageUpdate(message: MesiboMessage): void {
    this.events.push(`update ${message.getProgress()} ${stateOf(message)}`);
  }
  Mesibo_onMessageStatus(message: MesiboMessage): void {
    this.events.push(`status ${message.status}`);
  }
  Mesibo_onFileTransferProgress(file: MesiboFileTransfer): boolean {
    this.events.push(`progress ${file.progress}${file.inProgress ? '' : ' ended'}`);
    return true;
  }

  get last(): MesiboMessage {
    const last = this.messages.at(-1);
    if (last === undefined) throw new Error('no message came');
    return last;
  }
}

/** The state of a message's file in one word, by its questions alone. */
export function stateOf(message: MesiboMessage): string {
  if (message.isFileReady()) return 'ready';
  if (message.isFileTransferInProgress()) return 'running';
  if (message.isFileTransferFailed()) return 'failed';
  return message.isFileTransferRequired() ? 'required' : 'nothing';
}

export interface World {
  readonly network: MesiboNetwork;
  readonly alice: Mesibo;
  readonly bob: Mesibo;
  readonly sender: ScriptedHandler;
  readonly receiver: ScriptedHandler;
  readonly aliceSaw: Diary;
  readonly bobSaw: Diary;
  readonly errors: unknown[];
  /** Paths that exist; what is in such a file is its path. */
  readonly disk: Set<string>;
  /** Lets every message travel that is on its way. */
  settle(): void;
}

/** Alice and Bob, each with a handler and a diary, in a world where nothing moves by itself. */
export function createWorld(options: MesiboNetworkOptions = {}): World {
  const tasks: (() => void)[] = [];
  const errors: unknown[] = [];
  const disk = new Set<string>();
  let count = 0;
  const files: HostFiles = {
    size: (path) => path.length,
    exists: (path) => disk.has(path),
    read: (path, most) => {
      const bytes = disk.has(path) ? new TextEncoder().encode(path) : null;
      return bytes !== null && bytes.length <= most ? bytes : null;
    },
    remove: (path) => disk.delete(path),
    makeFolder: (path) => void disk.add(path),
    join: (folder, name) => `${folder}/${name}`,
    name: (path) => path.split('/').at(-1) ?? '',
  };
  const network = new MesiboNetwork({
    clock: { now: () => 1_700_000_000_000 },
    random: { bytes: (length) => new Uint8Array(length).fill(++count) },
    schedule: (task) => void tasks.push(task),
    files,
    onError: (error) => void errors.push(error),
    ...options,
  });
  const [alice, bob] = [network.user('alice'), network.user('bob')];
  const [sender, receiver] = [new ScriptedHandler(), new ScriptedHandler()];
  const [aliceSaw, bobSaw] = [new Diary(), new Diary()];
  alice.addListener(sender);
  alice.addListener(aliceSaw);
  bob.addListener(receiver);
  bob.addListener(bobSaw);
  bob.setPath('/bob');
  const settle = (): void => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) task();
  };
  return { network, alice, bob, sender, receiver, aliceSaw, bobSaw, errors, disk, settle };
}

/** Alice sends this content to Bob; the upload is asked for, and stays where the handler leaves it. */
export function sendFile(world: World, content = '/alice/photo.jpg'): MesiboMessage {
  const message = world.alice.getProfile('bob').newMessage();
  message.setContent(content);
  message.send();
  world.settle();
  return message;
}

/** A file of Alice's has reached Bob, and its download has been asked for. */
export function receiveFile(world: World, content = '/alice/photo.jpg'): MesiboMessage {
  sendFile(world, content);
  world.sender.last.setResult(true, 'https://store.example/key');
  world.settle();
  return world.bobSaw.last;
}
