import { createRuntime, TransferError } from '@mesibo-files/handler-core';
import type { FilePort, Target } from '@mesibo-files/handler-core/provider';

/** The platform's files, on a disk that takes nothing. */
export function fullDisk(): FilePort {
  const { files } = createRuntime().ports;
  return {
    look: (path) => files.look(path),
    openSource: (path) => files.openSource(path),
    async openTarget(path, resumeKey, options): Promise<Target> {
      const target = await files.openTarget(path, resumeKey, options);
      return {
        kept: target.kept,
        ...(target.keptBeyond === undefined ? {} : { keptBeyond: target.keptBeyond }),
        write: async () => {
          throw new TransferError('disk-full', 'There is no space left.');
        },
        read: (offset, buffer) => target.read(offset, buffer),
        keep: (upTo, first) => target.keep(upTo, first),
        copy: (to) => target.copy(to),
        commit: (to) => target.commit(to),
        close: (keep) => target.close(keep),
      };
    },
  };
}
