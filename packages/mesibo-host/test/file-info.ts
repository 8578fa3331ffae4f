import type { MesiboNetworkOptions } from '../src/device/options.ts';
import { MODE, SOURCE, STATUS, TYPE } from '../src/file-info/constants.ts';
import type { FileInfoHandler, FileInfoListener } from '../src/file-info/contract.ts';
import type { FileInfo } from '../src/file-info/file-info.ts';
import { FileInfoMesibo } from '../src/file-info/mesibo.ts';
import { MessageParams } from '../src/file-info/message-params.ts';
import { updateFileTransferProgress } from '../src/file-info/runs.ts';
import { createWorld, type World } from './world.ts';

/** A handler in the manner of mesibo's samples of the FileInfo generation; each test says what its requests do. */
export class SampleHandler implements FileInfoHandler {
  onStart: (file: FileInfo) => boolean = () => true;
  readonly asked: FileInfo[] = [];
  readonly stopped: FileInfo[] = [];

  Mesibo_onStartFileTransfer(file: FileInfo): boolean {
    this.asked.push(file);
    file.setFileTransferContext({ cancelled: false });
    return this.onStart(file);
  }

  Mesibo_onStopFileTransfer(file: FileInfo): boolean {
    this.stopped.push(file);
    return true;
  }

  get last(): FileInfo {
    const last = this.asked.at(-1);
    if (last === undefined) throw new Error('the handler was never asked');
    return last;
  }

  /** The request goes on, ends, or fails, as the samples report it. */
  progress(percent: number, file: FileInfo = this.last): boolean {
    return updateFileTransferProgress(file, percent, STATUS.INPROGRESS);
  }
  done(url: string | null = null, file: FileInfo = this.last): boolean {
    if (file.mode === MODE.UPLOAD) file.setUrl(url);
    return updateFileTransferProgress(file, 100, STATUS.INPROGRESS);
  }
  fail(status: 2 | 3 = STATUS.FAILED, file: FileInfo = this.last): boolean {
    return updateFileTransferProgress(file, -1, status);
  }
}

/** Remembers what an app of that time was told. */
export class FileDiary implements FileInfoListener {
  readonly files: { readonly params: MessageParams; readonly file: FileInfo }[] = [];
  readonly progress: string[] = [];
  readonly statuses: string[] = [];

  Mesibo_onFile(params: MessageParams, file: FileInfo): void {
    this.files.push({ params, file });
  }
  Mesibo_onFileTransferProgress(file: FileInfo): boolean {
    this.progress.push(`${file.getProgress()} ${nameOf(file.getStatus())}`);
    return true;
  }
  Mesibo_onMessageStatus(params: MessageParams): void {
    this.statuses.push(`${params.mid} ${params.status}`);
  }

  get last(): FileInfo {
    const last = this.files.at(-1);
    if (last === undefined) throw new Error('no file came');
    return last.file;
  }
}

/** A status in words. */
export function nameOf(status: number): string {
  return Object.entries(STATUS).find(([, value]) => value === status)?.[0] ?? String(status);
}

/** Alice and Bob, both with an app and a handler of the FileInfo generation. */
export interface OldWorld {
  readonly world: World;
  readonly alice: FileInfoMesibo;
  readonly bob: FileInfoMesibo;
  readonly sender: SampleHandler;
  readonly receiver: SampleHandler;
  readonly aliceSaw: FileDiary;
  readonly bobSaw: FileDiary;
  readonly errors: unknown[];
}

export function createOldWorld(options: MesiboNetworkOptions = {}): OldWorld {
  const world = createWorld(options);
  world.alice.removeListener(world.sender);
  world.bob.removeListener(world.receiver);
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const alice = new FileInfoMesibo(world.alice, { onError });
  const bob = new FileInfoMesibo(world.bob, { onError });
  const [sender, receiver] = [new SampleHandler(), new SampleHandler()];
  const [aliceSaw, bobSaw] = [new FileDiary(), new FileDiary()];
  for (const listener of [sender, aliceSaw]) alice.addListener(listener);
  for (const listener of [receiver, bobSaw]) bob.addListener(listener);
  return { world, alice, bob, sender, receiver, aliceSaw, bobSaw, errors };
}

export const PHOTO = '/alice/photo.jpg';
export const PHOTO_URL = 'https://store.example/key';

/** What a message to Bob is sent with. */
export const toBob = (): MessageParams => new MessageParams('bob');

/** Alice's FileInfo of a photo, with all eight arguments. */
export function photo(old: OldWorld, from: string = PHOTO): FileInfo {
  return old.alice.getFileInstance(
    toBob(),
    7n,
    MODE.UPLOAD,
    TYPE.IMAGE,
    SOURCE.MESSAGE,
    from,
    null,
    old.aliceSaw,
  );
}

/** A photo of Alice's that has reached Bob. */
export function received(old: OldWorld): FileInfo {
  old.alice.sendFile(toBob(), 7n, photo(old));
  old.sender.done(PHOTO_URL);
  old.world.settle();
  return old.bobSaw.last;
}
