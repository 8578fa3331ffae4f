import type { MesiboFileTransfer } from '../contract/file-transfer.ts';
import type { FileTransferHandler } from '../contract/handler.ts';
import { TransferError } from '../errors/transfer-error.ts';
import { type Runtime, sharedRuntime } from '../runtime/runtime.ts';
import { discardUpload } from '../transfers/discard.ts';
import { download } from '../transfers/download.ts';
import { upload } from '../transfers/upload.ts';
import { absoluteUrl } from './absolute-url.ts';
import { ActiveTransfer, quietly } from './active.ts';
import type { SignedHandlerOptions } from './options.ts';
import { type Admission, admit } from './policy.ts';

/**
 * mesibo's file transfer handler around any {@link Signer}. Register it with `addListener`, and mesibo's files go
 * through it. Providers' handlers extend it.
 */
export class SignedFileTransferHandler implements FileTransferHandler {
  readonly #options: SignedHandlerOptions;
  readonly #runtime: Runtime;

  constructor(options: SignedHandlerOptions) {
    this.#options = options;
    this.#runtime = options.runtime ?? sharedRuntime();
  }

  /** Starts or queues; false: deferred, and mesibo asks again later. Never throws. */
  Mesibo_onStartFileTransfer(file: MesiboFileTransfer): boolean {
    const running = file.getFileTransferContext();
    if (running instanceof ActiveTransfer && !running.over) {
      // Asked for again, perhaps with a larger priority.
      this.#runtime.queue.reconsider();
      return true;
    }
    const { onEvent } = this.#runtime;
    const admitted = this.#admit(file);
    if (!admitted.admit) {
      const direction = file.upload ? 'upload' : 'download';
      const transfer = { direction, path: file.getPath(), mid: file.mid, source: file.source } as const;
      onEvent({ type: 'deferred', transfer, reason: admitted.reason });
      return false;
    }
    const active = new ActiveTransfer(file);
    file.setFileTransferContext(active);
    // mesibo is answered first; nothing is reported before this call has returned.
    active.done = Promise.resolve().then(() => this.#run(file, active));
    this.#runtime.underWay.count(file.upload, active.done);
    return true;
  }

  /** Stops at once; nothing is reported afterwards, and the next start goes on where this one was. Always true. */
  Mesibo_onStopFileTransfer(file: MesiboFileTransfer): boolean {
    const active = file.getFileTransferContext();
    if (active instanceof ActiveTransfer) {
      active.stop();
      file.setFileTransferContext(null);
    }
    return true;
  }

  /**
   * Gives an upload up for good, for this message: because it was deleted, for one. What the store holds of it is removed
   * when no other message waits for the same upload.
   */
  async discard(file: MesiboFileTransfer): Promise<void> {
    const active = file.getFileTransferContext();
    this.Mesibo_onStopFileTransfer(file);
    if (active instanceof ActiveTransfer) await active.done;
    if (!file.upload) return;
    await discardUpload({ ...this.#uploadOf(file), runtime: this.#runtime });
  }

  /** The app's own preferences are asked, and may throw: that is no reason to lose the transfer, only to wait. */
  #admit(file: MesiboFileTransfer): Admission {
    const { ports, admission, underWay } = this.#runtime;
    try {
      const { freeIfUnknown } = ports.network;
      const circumstances = { underWay, now: ports.clock.now(), freeIfUnknown };
      return admit(file, ports.network.connectivity(), admission, circumstances);
    } catch (error) {
      return { admit: false, reason: `asking whether it may start failed: ${String(error)}` };
    }
  }

  async #run(file: MesiboFileTransfer, active: ActiveTransfer): Promise<void> {
    if (active.over) return;
    const common = {
      runtime: this.#runtime,
      signal: active.signal,
      onProgress: active.progress,
      // Asked again while it waits: mesibo may raise it when the user taps.
      priority: () => file.priority,
    };
    try {
      if (file.upload) active.result(true, (await upload({ ...common, ...this.#uploadOf(file) })).url);
      else {
        await download({ ...common, ...this.#downloadOf(file) });
        active.result(true);
      }
    } catch (thrown) {
      const error = TransferError.from(thrown);
      if (active.over) return;
      quietly(() => (this.#options.onError ?? warn)(error, file));
      active.result(false);
    }
  }

  #uploadOf(file: MesiboFileTransfer): Pick<
    Parameters<typeof upload>[0],
    'signer' | 'mid' | 'source' | 'uid'
  > & {
    readonly from: string;
    readonly imageIndex: number;
    readonly secure: boolean;
  } {
    const { signer, uid } = this.#options;
    return {
      signer,
      from: file.getPath(),
      mid: file.mid,
      source: file.source,
      imageIndex: file.imageIndex,
      secure: file.secure,
      uid: typeof uid === 'function' ? uid() : (uid ?? 0),
    };
  }

  #downloadOf(file: MesiboFileTransfer): Parameters<typeof download>[0] {
    const { signer, alsoRead, downloadBaseUrl, foreignUrls, privateHosts, secureDownloads } = this.#options;
    return {
      signers: [signer, ...(alsoRead ?? [])],
      url: absoluteUrl(file.getUrl() ?? '', downloadBaseUrl),
      to: file.getPath(),
      mid: file.mid,
      source: file.source,
      secure: file.secure,
      ...(secureDownloads === undefined ? {} : { secureDownloads }),
      ...(foreignUrls === undefined ? {} : { foreignUrls }),
      ...(privateHosts === undefined ? {} : { privateHosts }),
    };
  }
}

function warn(error: TransferError, file: MesiboFileTransfer): void {
  const what = `${file.upload ? 'upload' : 'download'} of ${JSON.stringify(file.getPath())}`;
  console.warn(`mesibo-files: ${what} failed: ${error.code}: ${error.message}. ${error.hint}`);
}
