import { type Signer, TransferError } from '@mesibo-files/handler-core';
import {
  type Commit,
  type CommitCall,
  type Manifest,
  type PendingObject,
  SECOND,
  type Staging,
  type Ticket,
  type Verdict,
} from '@mesibo-files/handler-core/provider';
import type { ServerContext } from '../context/context.ts';
import type { PendingFile, StoredFile } from '../context/events.ts';
import type { Holding } from '../context/quotas.ts';
import { release, settle } from '../quota/hold.ts';

/** How soon a client asks again after the hook has failed, in milliseconds. */
const ASK_AGAIN = 5 * SECOND;

/** The longest that a client is told to wait before it asks again, in milliseconds. */
const LONGEST_WAIT = 3_600 * SECOND;

/** One upload that is about to be committed. */
export interface Committing {
  readonly signer: Signer;
  /** Name of its store. */
  readonly store: string;
  /** The store's own ticket. */
  readonly ticket: Ticket;
  readonly manifest: Manifest;
  readonly via: StoredFile['via'];
  readonly requestId: string;
  /** What it counts as in a quota; null where nothing is counted, or another counts. */
  readonly holding: Holding | null;
}

/** Where the uploads of clients wait for their commit: where the hook can read them, if it wants to. */
export function stagingOf({
  onStored,
  onStoredNeeds,
}: Pick<ServerContext, 'onStored' | 'onStoredNeeds'>): Staging {
  return onStored === null || onStoredNeeds === 'facts' ? 'hidden' : 'readable';
}

/**
 * What a commit asks before anyone can read the file; nothing where there is no hook.
 */
export function inspectionOf(context: ServerContext, upload: Committing): Pick<CommitCall, 'inspect'> {
  const { onStored, emit } = context;
  if (onStored === null) return {};
  return {
    inspect: async (pending) => {
      const file = await pendingFile(context, upload, pending);
      try {
        return verdictOf(await onStored(file));
      } catch (error) {
        emit({ type: 'fault', requestId: upload.requestId, doing: 'onStored', error });
        return context.onStoredFailure === 'keep'
          ? { verdict: 'keep' }
          : { verdict: 'later', retryAfter: ASK_AGAIN };
      }
    },
  };
}

/** Commits an upload, settles its quota where it is decided, and tells what became of it. */
export async function commitUpload(
  context: ServerContext,
  upload: Committing,
  call: CommitCall,
): Promise<Commit> {
  const { signer, ticket, manifest } = upload;
  const outcome = await signer.commit(ticket, manifest, { ...inspectionOf(context, upload), ...call });
  if (outcome.state === 'stored') await settle(context, upload.holding, outcome.object.size);
  else if (outcome.state === 'refused' || outcome.state === 'gone') await release(context, upload.holding);
  tellOutcome(context, upload, outcome);
  return outcome;
}

/** Tells of a file that was stored, or that the owner refused. */
export function tellOutcome(
  { emit }: ServerContext,
  { requestId, via }: Pick<Committing, 'requestId' | 'via'>,
  outcome: Commit,
): void {
  if (outcome.state === 'stored') {
    emit({ type: 'stored', requestId, file: { ...outcome.object, via, requestId } });
  } else if (outcome.state === 'refused') {
    emit({ type: 'rejected', requestId, code: outcome.code, reason: outcome.reason });
  }
}

function verdictOf(answer: Awaited<ReturnType<NonNullable<ServerContext['onStored']>>>): Verdict {
  if (answer === undefined) return { verdict: 'keep' };
  if ('remove' in answer) return { verdict: 'remove', reason: answer.remove };
  const { later } = answer;
  if (!(later >= 0)) throw new TransferError('invalid-argument', 'onStored: later is in milliseconds.');
  return { verdict: 'later', retryAfter: Math.min(Math.round(later), LONGEST_WAIT) };
}

async function pendingFile(
  context: ServerContext,
  upload: Committing,
  { read, ...object }: PendingObject,
): Promise<PendingFile> {
  const { store, ticket, manifest, via, requestId, holding } = upload;
  const { settling } = await context.signing();
  const signal = new AbortController().signal;
  return {
    ...object,
    via,
    requestId,
    id: await settling.seal({ inner: ticket, store, manifest, via, holding }),
    read: async () => {
      if (read !== null && context.onStoredNeeds === 'bytes') return await read({ signal });
      throw new TransferError('unsupported', 'The bytes of this file can not be read before its commit.', {
        hint: "Set the file server's option onStoredNeeds: 'bytes', which uploads that begin afterwards heed.",
      });
    },
  };
}
