import type { MesiboFileTransfer } from '@mesibo-files/handler-core';
import { MODE, type Mode } from './constants.ts';
import type { FileInfo } from './file-info.ts';

/** The files that are being moved: the same is not moved twice. */
export class RunningFiles {
  readonly #transfers = new Map<MesiboFileTransfer, FileInfo>();

  /** A transfer of the file began, went on or ended. */
  note(file: FileInfo, transfer: MesiboFileTransfer): void {
    if (transfer.inProgress) this.#transfers.set(transfer, file);
    else this.#transfers.delete(transfer);
  }

  /** The file that is being uploaded from this path, or downloaded from this URL. */
  find(mode: Mode, path: string, url: string | null): FileInfo | null {
    for (const file of this.#transfers.values()) {
      if (file.mode !== mode) continue;
      if (mode === MODE.UPLOAD ? file.getPath() === path : file.getUrl() === url) return file;
    }
    return null;
  }
}
