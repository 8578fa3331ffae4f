import { TransferError } from '../errors/transfer-error.ts';
import { contentTypeOf } from '../naming/content-type.ts';
import type { FilePort, Stretch, Target } from '../ports/ports.ts';
import { keptOf, withStretch } from '../ports/stretches.ts';
import { BlobPieces } from './blob-pieces.ts';
import { blobSource } from './blob-source.ts';

/** Files of a page, by names that stand where a path stands elsewhere. They live as long as the page. */
export interface BrowserFiles extends FilePort {
  /**
   * Gives a file a name to be sent by: `setContent` and `upload({ from })` take it.
   *
   * @param file - from an input, a drop, a recorder
   * @param name - the file's true name. Default: a File's own, else `file`
   */
  add(file: Blob, name?: string): string;
  /** The file of a name: one that was added, or one that was downloaded there. @throws `file-not-found` */
  file(path: string): Blob;
  /** Forgets a file, so that its memory can be freed. */
  forget(path: string): void;
}

interface Part {
  readonly resumeKey: string | null;
  readonly pieces: BlobPieces;
  stretches: readonly Stretch[];
  /** A run is at work on it. */
  taken: boolean;
}

/** Makes an empty set of files. */
export function browserFiles(): BrowserFiles {
  const files = new Map<string, Blob>();
  const parts = new Map<string, Part>();
  const find = (path: string): Blob => {
    const found = files.get(path);
    if (found === undefined) throw new TransferError('file-not-found', 'No file was added under this name.');
    return found;
  };
  return {
    add(file, name = file instanceof File ? file.name : 'file') {
      const path = `${crypto.randomUUID()}/${name}`;
      files.set(path, file);
      return path;
    },
    file: find,
    forget(path) {
      files.delete(path);
      parts.delete(path);
    },
    look: async (path) => blobSource(find(path), nameOf(path)).facts,
    openSource: async (path) => blobSource(find(path), nameOf(path)),
    async openTarget(path, resumeKey): Promise<Target> {
      const earlier = parts.get(path);
      const free = earlier !== undefined && !earlier.taken;
      const same = free && resumeKey !== null && earlier.resumeKey === resumeKey;
      const part: Part = same
        ? earlier
        : { resumeKey, pieces: new BlobPieces(), stretches: [], taken: false };
      part.taken = true;
      // When two write to one place at once, only the first can be resumed.
      if (earlier === undefined || free) parts.set(path, part);
      const forget = (): void => {
        if (parts.get(path) === part) parts.delete(path);
      };
      const put = (place: string): void => {
        const name = nameOf(place);
        files.set(place, part.pieces.file(name, contentTypeOf(name)));
      };
      return {
        ...keptOf(part.stretches),
        write: async (offset, bytes) => part.pieces.write(offset, bytes),
        read: (offset, buffer) => part.pieces.read(offset, buffer),
        keep: async (upTo, first = 0) => {
          part.stretches = withStretch(part.stretches, { first, end: upTo });
        },
        copy: async (place) => put(place),
        commit: async (place) => {
          put(place);
          forget();
        },
        close: async (keep) => {
          part.taken = false;
          if (!keep || part.stretches.length === 0) forget();
        },
      };
    },
  };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
