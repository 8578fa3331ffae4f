import type { FileFacts, Signer, Ticket } from '@mesibo-files/handler-core';

/** What this server knows of an upload, and the engine does not ask for. */
export type Known = Required<Pick<FileFacts, 'maxSize' | 'secure'>>;

/** A signer for one upload. */
export interface UploadSigner extends Signer {
  /**
   * Removes all that was begun: the client is told of a failure, and nobody will continue it. Never rejects: what it
   * leaves, the sweep of unfinished uploads finds.
   */
  undo(): Promise<void>;
}

/** Tells the signer what the server knows, and remembers what was begun. */
export function uploadSigner(signer: Signer, known: Known): UploadSigner {
  const begun = new Set<Ticket>();
  return {
    ...(signer.hash === undefined ? {} : { hash: signer.hash }),
    capabilities: (call) => signer.capabilities(call),
    begin: async (facts, call) => {
      const maxSize = Math.min(facts.maxSize ?? known.maxSize, known.maxSize);
      const plan = await signer.begin({ ...facts, ...known, maxSize }, call);
      begun.add(plan.ticket);
      return plan;
    },
    sign: (ticket, wanted, call) => signer.sign(ticket, wanted, call),
    resume: (ticket, call) => signer.resume(ticket, call),
    commit: (ticket, manifest, call) => signer.commit(ticket, manifest, call),
    discard: async (ticket, call) => {
      await signer.discard(ticket, call);
      begun.delete(ticket);
    },
    read: (url, call) => signer.read(url, call),
    remove: (url, call) => signer.remove(url, call),
    owns: (url) => signer.owns(url),
    unfinished: (olderThan, call) => signer.unfinished(olderThan, call),
    undo: async () => {
      const { signal } = new AbortController();
      for (const ticket of begun) await signer.discard(ticket, { signal }).catch(() => undefined);
    },
  };
}
