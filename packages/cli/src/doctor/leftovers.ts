import { type Signer, TransferError } from '@mesibo-files/handler-core';
import type { SignerCall } from '@mesibo-files/handler-core/provider';

interface Leftover {
  readonly signer: Signer;
  /** Where the object is or would be, with no signature. */
  readonly url: string;
  readonly ticket: string;
  /** A whole file that is there or may be; else parts of one. */
  readonly whole: boolean;
}

/** What doctor put into the store, and has not taken out yet. */
export class Leftovers {
  readonly #all = new Map<string, Leftover>();

  /** Notes what is about to be stored. */
  add(leftover: Leftover): void {
    this.#all.set(leftover.ticket, leftover);
  }

  /** It was seen to be gone. */
  gone(ticket: string): void {
    this.#all.delete(ticket);
  }

  /** Removes all of it, and answers the URLs of what could not be removed, and of what the server lets nobody remove. */
  async clear(
    call: () => SignerCall,
  ): Promise<{ readonly stuck: readonly string[]; readonly kept: readonly string[] }> {
    const stuck: string[] = [];
    const kept: string[] = [];
    for (const leftover of this.#all.values()) {
      await remove(leftover, call()).catch((error: unknown) => {
        (isForbidden(error) ? kept : stuck).push(leftover.url);
      });
    }
    this.#all.clear();
    return { stuck, kept };
  }
}

/** A file server may let a user upload and not remove. A refusal of the store itself is another matter. */
export function isForbidden(error: unknown): boolean {
  return TransferError.from(error).code === 'forbidden';
}

async function remove({ signer, url, ticket, whole }: Leftover, call: SignerCall): Promise<void> {
  // A removal asks for no permission but that to delete; a discard looks at the object first.
  if (whole && signer.owns(url)) await signer.remove(url, call);
  else await signer.discard(ticket, call);
}
