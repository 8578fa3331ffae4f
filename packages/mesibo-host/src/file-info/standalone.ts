import type { FileTransferHandler, MesiboFileTransfer } from '@mesibo-files/handler-core';
import { BlockList } from '../transfers/block-list.ts';
import { FileTask } from '../transfers/file-task.ts';
import { MODE } from './constants.ts';
import type { FileInfo } from './file-info.ts';
import { currentOrigin, currentSource } from './mapping.ts';

/** What transfers with no message need of the user that they belong to. */
export interface StandaloneHost {
  handlers(): readonly FileTransferHandler[];
  enabled(): boolean;
  onError(error: unknown): void;
  /** A transfer of the file began, went on or ended. */
  changed(file: FileInfo, transfer: MesiboFileTransfer, failed: boolean): void;
}

/** Transfers of files that no message carries: an app may start them by themselves, and nothing is sent then. */
export class Standalone {
  readonly #host: StandaloneHost;
  readonly #blocked = new BlockList();
  readonly #tasks = new WeakMap<FileInfo, FileTask>();

  constructor(host: StandaloneHost) {
    this.#host = host;
  }

  start(file: FileInfo): boolean {
    const known = this.#tasks.get(file);
    // One that is done may be wanted again.
    const task = known === undefined || known.state === 'done' ? this.#task(file) : known;
    this.#tasks.set(file, task);
    return task.start(file.userInteraction ? 1 : 0);
  }

  stop(file: FileInfo): boolean {
    return this.#tasks.get(file)?.stop() ?? false;
  }

  /** The file of a transfer that began here; null: it did not. */
  fileOf(transfer: MesiboFileTransfer): FileInfo | null {
    const object = transfer.getUserObject();
    return object instanceof Own ? object.file : null;
  }

  #task(file: FileInfo): FileTask {
    const { handlers, enabled, onError, changed } = this.#host;
    const upload = file.mode === MODE.UPLOAD;
    const task: FileTask = new FileTask(
      upload,
      {
        handlers,
        enabled,
        onError,
        blocked: this.#blocked,
        userUnblocks: false,
        // The FileInfo generation has nothing to hand a transfer back to.
        delegate: (_transfer, attempt) => attempt.settle({ outcome: 'failed' }),
        changed: (transfer) => {
          if (transfer !== null) changed(file, transfer, task.state === 'failed');
        },
      },
      (priority) => factsOf(file, upload, priority),
      (url) => {
        if (url !== null) file.setUrl(url);
      },
    );
    return task;
  }
}

/** What a transfer of {@link Standalone} carries, so that no other is taken for one. */
class Own {
  readonly file: FileInfo;
  constructor(file: FileInfo) {
    this.file = file;
  }
}

function factsOf(file: FileInfo, upload: boolean, priority: number): ReturnType<FileTask['facts']> {
  const params = file.getParams();
  return {
    upload,
    priority,
    mid: file.mid,
    ts: params.ts,
    origin: currentOrigin(params.origin),
    source: currentSource(file.source),
    imageIndex: 0,
    secure: file.secure,
    externalLink: !upload && file.externalLink,
    path: file.getPath(),
    url: upload ? null : file.getUrl(),
    userObject: new Own(file),
    localIdentifier: file.localIdentifier,
    asset: file.asset,
  };
}
