import { createRuntime, type FilePort, type Target, TransferError } from '@mesibo-files/handler-core';

/** The platform's files, on a disk that takes nothing. */
export function fullDisk(): FilePort {
  const { files } = createRuntime().ports;
  return {
    openSource: (path) => files.openSource(path),
    copy: (from, to) => files.copy(from, to),
    async openTarget(path, resumeKey): Promise<Target> {
      const target = await files.openTarget(path, resumeKey);
      return {
        kept: target.kept,
        write: async () => {
          throw new TransferError('disk-full', 'There is no space left.');
        },
        read: (offset, buffer) => target.read(offset, buffer),
        keep: (upTo) => target.keep(upTo),
        commit: (to) => target.commit(to),
        close: (keep) => target.close(keep),
      };
    },
  };
}
