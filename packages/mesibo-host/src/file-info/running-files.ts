import type { MesiboFileTransfer } from '@mesibo-files/handler-core';
import { MODE, type Mode } from './constants.ts';
import { FileInfo } from './file-info.ts';

/** The files that are being moved: the same is not moved twice. */
export class RunningFiles {
  readonly #transfers = new Set<MesiboFileTransfer>();

  /** A transfer began, went on or ended. */
  note(transfer: MesiboFileTransfer): void {
    if (transfer.inProgress) this.#transfers.add(transfer);
    else this.#transfers.delete(transfer);
  }

  /** The file that is being uploaded from this path, or downloaded from this URL. */
  find(mode: Mode, path: string, url: string | null): FileInfo | null {
    for (const transfer of this.#transfers) {
      const file = transfer.getUserObject();
      if (!(file instanceof FileInfo) || file.mode !== mode) continue;
      if (mode === MODE.UPLOAD ? file.getPath() === path : file.getUrl() === url) return file;
    }
    return null;
  }
}
