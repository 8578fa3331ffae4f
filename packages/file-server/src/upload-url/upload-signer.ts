import type { Signer } from '@mesibo-files/handler-core';
import type {
  Commit,
  CommitCall,
  Manifest,
  SignerCall,
  Staging,
  Ticket,
} from '@mesibo-files/handler-core/provider';

/** What this server knows of an upload, and the engine does not ask for. */
export interface Known {
  /** The most bytes that the file can have. */
  readonly maxSize: number;
  /** The file is protected. */
  readonly secure: boolean;
  /** The hook that is asked before anyone can read the file; null where there is none, so nothing needs to wait. */
  readonly owner: Owner | null;
}

/** The owner of the server, as one upload sees it. */
export interface Owner {
  /** Where the file waits for its decision. */
  readonly staging: Staging;
  /** What the commit of this ticket asks. */
  readonly inspection: (ticket: Ticket, manifest: Manifest) => Pick<CommitCall, 'inspect'>;
  readonly onRefused: (refused: Commit) => void;
}

/** A signer for one upload, that can take it back. */
export interface UploadSigner extends Signer {
  /**
   * Removes all that was stored, also what is committed: the client is told of a failure, and nobody will ever ask for
   * it. Never rejects: what it must leave is found by the sweep of unfinished uploads.
   */
  undo(): Promise<void>;
}

/** What became of one ticket. */
interface Begun {
  /** A commit was asked for. */
  tried: boolean;
  /** The file URL, when the commit is known to have succeeded. */
  url: string | null;
  discarded: boolean;
}

/**
 * Tells the signer what the server knows, and remembers what was begun. Beginning and committing are never broken off:
 * whoever does that does not know what it left in the store.
 */
export function uploadSigner(signer: Signer, known: Known): UploadSigner {
  const begun = new Map<Ticket, Begun>();
  let undone = false;
  return {
    ...(signer.hash === undefined ? {} : { hash: signer.hash }),
    capabilities: (call) => signer.capabilities(call),
    begin: async (facts, call) => {
      const maxSize = Math.min(facts.maxSize ?? known.maxSize, known.maxSize);
      // The server sends the bytes itself: only the owner's decision keeps the file from being read.
      const staging = known.owner?.staging ?? 'none';
      const plan = await signer.begin(
        { ...facts, secure: known.secure, maxSize },
        { ...toTheEnd(call), staging },
      );
      const one: Begun = { tried: false, url: null, discarded: false };
      begun.set(plan.ticket, one);
      // The engine did not wait for this any more.
      if (undone) await undo(signer, plan.ticket, one).catch(() => undefined);
      return plan;
    },
    sign: (ticket, wanted, call) => signer.sign(ticket, wanted, call),
    resume: (ticket, call) => signer.resume(ticket, call),
    commit: async (ticket, manifest, call): Promise<Commit> => {
      const one = begun.get(ticket);
      if (one !== undefined) one.tried = true;
      const asked = known.owner?.inspection(ticket, manifest) ?? {};
      const committed = await signer.commit(ticket, manifest, { ...toTheEnd(call), ...asked });
      if (committed.state === 'refused') known.owner?.onRefused(committed);
      if (one !== undefined && committed.state === 'stored') one.url = committed.object.url;
      return committed;
    },
    discard: async (ticket, call) => {
      await signer.discard(ticket, call);
      const one = begun.get(ticket);
      if (one !== undefined) one.discarded = true;
    },
    read: (url, call) => signer.read(url, call),
    remove: (url, call) => signer.remove(url, call),
    owns: (url) => signer.owns(url),
    unfinished: (olderThan, call) => signer.unfinished(olderThan, call),
    undo: async () => {
      undone = true;
      for (const [ticket, one] of begun) await undo(signer, ticket, one).catch(() => undefined);
    },
  };
}

async function undo(signer: Signer, ticket: Ticket, { tried, url, discarded }: Begun): Promise<void> {
  const call = { signal: new AbortController().signal };
  const committed = url ?? (tried ? await committedUrl(signer, ticket, call) : null);
  if (committed !== null) await signer.remove(committed, call);
  else if (!discarded) await signer.discard(ticket, call);
}

/** The answer to a commit may have been lost. */
async function committedUrl(signer: Signer, ticket: Ticket, call: SignerCall): Promise<string | null> {
  const { stored } = await signer.resume(ticket, call);
  return stored.state === 'committed' ? stored.object.url : null;
}

function toTheEnd(call: SignerCall): SignerCall {
  return { ...call, signal: new AbortController().signal };
}
