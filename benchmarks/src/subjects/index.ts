import type { Job, Move } from '../types.ts';

/** What runs inside of the child process. Imported only when wanted, so that each pays for its own modules alone. */
export async function moveOf({ subject, direction, origin }: Job): Promise<Move> {
  switch (`${subject} ${direction}`) {
    case 'ours upload':
      return (await import('./ours-upload.ts')).oursUpload(origin);
    case 'ours download':
      return (await import('./ours-download.ts')).oursDownload(origin);
    case 'lib-storage upload':
      return (await import('./lib-storage-upload.ts')).libStorageUpload(origin);
    case 'GetObject download':
      return (await import('./get-object-download.ts')).getObjectDownload(origin);
    default:
      throw new Error(`${subject} does no ${direction}`);
  }
}
