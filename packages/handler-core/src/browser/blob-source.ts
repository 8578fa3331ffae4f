import { TransferError } from '../errors/transfer-error.ts';
import type { Source } from '../ports/ports.ts';

/** A file that a page was given: from an input, a drop, a camera or a download. */
export function blobSource(blob: Blob, name: string): Source {
  // A Blob never changes, and nothing but itself tells it from others. A File can change on the disk, and reading it then
  // fails; but browsers look at its size and its time alone, so an edit of the same size whose time was put back is not
  // seen.
  const version = blob instanceof File ? blob.lastModified : idOf(blob);
  return {
    facts: { size: blob.size, fingerprint: `${blob.size}-${version}-${blob.type}`, name },
    replayable: true,
    async read(offset, buffer) {
      const bytes = await bytesOf(blob.slice(offset, offset + buffer.length));
      buffer.set(bytes);
      return bytes.length;
    },
    unchanged: async () => {
      const [first] = await Promise.allSettled([blob.slice(0, 1).arrayBuffer()]);
      return first.status === 'fulfilled';
    },
    close: async () => undefined,
  };
}

/**
 * A Blob or File that was handed over as it is, with its own type. The object itself tells it from others: of two Files
 * that were made in one millisecond with one name and one size, neither may stand for the other.
 */
export function givenBlobSource(blob: Blob, name: string): Source {
  const source = blobSource(blob, name);
  const own = blob.type === '' ? {} : { contentType: blob.type };
  return { ...source, facts: { ...source.facts, ...own, fingerprint: `${blob.size}-${idOf(blob)}` } };
}

const ids = new WeakMap<Blob, string>();

/** Random, since a journal may outlive the page. */
function idOf(blob: Blob): string {
  const id = ids.get(blob) ?? crypto.randomUUID();
  ids.set(blob, id);
  return id;
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new TransferError('file-unreadable', 'The Blob or File can not be read any more.', { cause });
  }
}
