import type { DigestAlgorithm, Digests, HashPort } from '../digest/hash.ts';
import type { AnswerReading } from './answer.ts';
import type { ObjectFacts, StoredObject } from './object.ts';
import type { Plan, Ticket } from './plan.ts';
import type { SignedPart, SignedRequest, WantedPart } from './request.ts';

/** The facts of a file before its upload begins. */
export interface FileFacts {
  /** Bytes, or null for a stream whose length is not known. */
  readonly size: number | null;
  /** The most bytes a stream of unknown length may have; part size follows from it. Ignored when `size` is known. */
  readonly maxSize: number | null;
  /** MIME type, as in `video/mp4`. */
  readonly contentType: string;
  /** The file's true name, in any script; never a path. */
  readonly name: string;
  /** One of `FILESOURCE`. */
  readonly source: number;
  /** mesibo's user id of the sender; 0 where it is not known. */
  readonly uid: number;
  /** Id of the message; 0n for a profile picture. */
  readonly mid: bigint;
  /** Random id of this transfer, kept with the object, so that our own earlier success is told from a collision. */
  readonly transferId: string;
  /** The file is protected: kept with the object, for whoever decides on downloads. Default false. */
  readonly secure?: boolean;
  /** Digests of the whole file, when it was small enough to be read before begin; lets begin sign at once. */
  readonly digests: Digests;
}

/** What a signer and its store can do. The conformance suite checks each line. */
export interface Capabilities {
  /** Name for people and logs, as in `s3`. The engine never looks at it. */
  readonly provider: string;
  /** Shapes of plan that begin may answer. */
  readonly shapes: readonly Plan['shape'][];
  /** Files up to this many bytes go in a single request; a source that ends within it is read before begin. */
  readonly singleUpTo: number;
  /** The most bytes of one file. */
  readonly maxSize: number;
  /** Digests of small files to hand to begin, so that it can sign at once. */
  readonly beginDigests: readonly DigestAlgorithm[];
  /**
   * What keeps an object from being overwritten. `store`: creation is conditional, in the store.
   * `key`: nothing but the random key and the bound digests.
   */
  readonly noOverwrite: {
    readonly single: 'store' | 'key';
    readonly parts: 'store' | 'key';
    readonly session: 'store' | 'key';
  };
  /** Where the size of a request's body is bound: in its signature (the store refuses), or checked at commit. */
  readonly sizeBound: 'signature' | 'commit';
  /**
   * Where the number of a part, and that its upload is still open, are bound: in the signature (the store refuses the
   * request), or checked at commit.
   */
  readonly partBound: 'signature' | 'commit';
  /** Where the content type is bound. */
  readonly typeBound: 'signature' | 'commit';
  /** Whether the store verifies the digests of a part as it arrives. */
  readonly storeVerifiesDigests: boolean;
  /** Whether a signed request dies when its time to live is over, judged by the store. */
  readonly expires: boolean;
  /** Whether {@link Signer.unfinished} can list what was begun and never committed. */
  readonly listsUnfinished: boolean;
  /** Whether {@link BeginCall.staging} is obeyed. Without it no file server may stand in front of the signer. */
  readonly staging: boolean;
}

/** What every call of a signer is given. */
export interface SignerCall {
  /** Ends the call; it then rejects with `stopped`. */
  readonly signal: AbortSignal;
  /**
   * The store's clock, in milliseconds since 1970, where an answer showed that the signer's own is wrong. A signer
   * with a clock of its own corrects it by this before it signs.
   */
  readonly storeTime?: number;
  /**
   * The store's own code in the answer because of which this is asked again, as in `ExpiredToken` or
   * `PermanentRedirect`. A signer may look for new credentials, or for the bucket; it believes nothing else of it.
   */
  readonly refusal?: string;
  /**
   * Origin of the web page whose browser will carry the plan out, as in `https://chat.example.com`. Some stores bind a
   * session to it. Absent: no browser, or the signer's own setting.
   */
  readonly origin?: string;
}

/**
 * Where the bytes of an upload wait for its commit.
 * - `none`: the client is trusted. They may land under the final key at once.
 * - `hidden`: nobody but the store's owner can read them before the commit; nobody needs to.
 * - `readable`: as `hidden`, and {@link PendingObject.read} lets the owner read them before the commit decides.
 */
export type Staging = 'none' | 'hidden' | 'readable';

/** What a call of {@link Signer.begin} is given. */
export interface BeginCall extends SignerCall {
  /**
   * Who will execute the plan: a file server signs for clients that it can't trust, and says `hidden` or `readable`.
   * The ticket keeps it. Default `none`. Only signers whose capabilities say `staging` obey it.
   */
  readonly staging?: Staging;
}

/** An upload that is complete and verified, and not committed: nobody can read it yet. */
export interface PendingObject extends StoredObject {
  /**
   * How the owner fetches its bytes; the request is as secret as any signed one, and never leaves the server. Null where
   * the upload was begun as `hidden`, and its parts are not put together yet.
   */
  readonly read: ((call: SignerCall) => Promise<ReadPlan>) | null;
}

/** What the owner decides on a pending object. */
export type Verdict =
  | { readonly verdict: 'keep' }
  /** Removes it; the client is told the reason. */
  | { readonly verdict: 'remove'; readonly reason: string }
  /** Not decided yet: the commit answers `pending`, and is asked again. */
  | { readonly verdict: 'later'; readonly retryAfter: number };

/** What a call of {@link Signer.commit} is given. */
export interface CommitCall extends SignerCall {
  /**
   * Asked once for each commit of a staged upload that would otherwise be stored, before anyone can read the object.
   * An error it throws ends the commit and changes nothing. Not asked again for an object that was committed.
   */
  readonly inspect?: (pending: PendingObject) => Promise<Verdict>;
}

/** What a call of {@link Signer.read} is given. */
export interface ReadCall extends SignerCall {
  /**
   * The request must work as a bare URL, with no header: a redirect carries none. It is then not bound to the object's
   * version, unless the URL can bind it. Default false.
   */
  readonly bare?: boolean;
}

/** One part as the engine sent it, or as a store lists it. */
export interface PartFacts {
  readonly number: number;
  readonly size: number;
  readonly digests: Digests;
}

/** What the store holds of an upload. */
export type Stored =
  /** Parts that the store lists. */
  | { readonly state: 'parts'; readonly parts: readonly PartFacts[] }
  /** Bytes held by a session; null: ask the store, in the plan's dialect. */
  | { readonly state: 'offset'; readonly offset: number | null }
  /** The upload is complete, by an earlier commit or a request whose answer was lost. */
  | { readonly state: 'committed'; readonly object: StoredObject }
  /** The store no longer knows the upload; begin again. */
  | { readonly state: 'gone' };

/** What the engine says it has sent. */
export interface Manifest {
  /** Bytes of the whole file. */
  readonly size: number;
  /** Every part, ordered by number. One entry for a single request; empty for a session. */
  readonly parts: readonly PartFacts[];
  /** The digests that {@link Integrity.whole} asks for. */
  readonly digests: Digests;
  /** Whether the store's own `done` to the last request was seen. False when an answer was lost: look, don't believe. */
  readonly answered: boolean;
}

/** What became of a commit. */
export type Commit =
  | { readonly state: 'stored'; readonly object: StoredObject }
  /** These parts are not there or not as they should be: send them again, and commit again. For a session always `[]`: it is asked for its offset. */
  | { readonly state: 'missing'; readonly parts: readonly number[] }
  /** The store no longer knows the upload, and there is no object: begin again. */
  | { readonly state: 'gone' }
  /** Everything is there, and the owner has not decided yet: commit again after `retryAfter` milliseconds. */
  | { readonly state: 'pending'; readonly retryAfter: number }
  /**
   * It is not what was planned (size, type, digest, geometry), or the owner does not want it (`forbidden`), and it was
   * removed; unless it is another's object (`object-exists`), or our own that an earlier commit accepted.
   */
  | {
      readonly state: 'refused';
      readonly code:
        | 'size-mismatch'
        | 'digest-mismatch'
        | 'type-refused'
        | 'object-exists'
        | 'file-too-large'
        | 'forbidden';
      readonly reason: string;
    };

/** How to fetch an object. */
export interface ReadPlan extends ObjectFacts {
  /** GET of the whole object. The engine may add `range`; the version is bound by a header of the request. */
  readonly request: SignedRequest;
  readonly answers: AnswerReading;
  /** Whether the store serves ranges. */
  readonly ranges: boolean;
  /** The signer's clock when it answered, in milliseconds since 1970. */
  readonly serverTime: number;
}

/** An upload that was begun and is neither committed nor discarded. */
export interface Unfinished {
  readonly ticket: Ticket;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
}

/**
 * The port to a store: it answers how bytes may be moved, and never moves one. It has no retry (the engine has it),
 * no progress and no access to files. Every method rejects with a `TransferError`; one that is retryable is called
 * again by the engine. Every method may be called again with the same arguments.
 */
export interface Signer {
  /**
   * Hashes that this store's digests need and the platform lacks, or has only slow: the engine asks here first, and the
   * platform for the rest. Never travels: a remote signer's client has its own.
   */
  readonly hash?: HashPort;
  /**
   * The store itself, where it is in this process; absent where it is reached by signed requests alone. Never travels.
   */
  readonly local?: LocalStore;
  /**
   * Names the store: kind, address, bucket and key prefix, with no secret. Two signers that see the same objects have the
   * same text, in one process or in two; of different stores never. The journal tells records apart by it. Absent:
   * what this signer's uploads left is continued by this very object only.
   */
  readonly store?: string;
  /**
   * The object key that a ticket is for, so that the same upload is known again under another ticket; null for what is no
   * ticket of this signer. Never throws. Absent: its tickets are opaque, and each is an upload of its own.
   */
  keyOfTicket?(ticket: Ticket): string | null;
  /** Facts that don't change while the signer lives. A remote signer fetches them once. */
  capabilities(call: SignerCall): Promise<Capabilities>;
  /**
   * How may this file be uploaded? Chooses key, shape and part size, and makes the ticket.
   * @throws `file-too-large`, `type-refused`, `bucket-not-found`, `credentials-wrong`, `access-denied`, …
   */
  begin(facts: FileFacts, call: BeginCall): Promise<Plan>;
  /**
   * Signs requests for these parts, each bound to method, key, size, type, digests and expiry.
   * @throws `upload-ended` for a staged upload that was committed or refused
   */
  sign(ticket: Ticket, wanted: readonly WantedPart[], call: SignerCall): Promise<readonly SignedPart[]>;
  /** The plan again, and what the store holds. A plan whose upload is gone may be absent. */
  resume(ticket: Ticket, call: SignerCall): Promise<{ readonly plan: Plan | null; readonly stored: Stored }>;
  /**
   * Ends every upload. It compares size, geometry and digests with what the store holds, and decides once: after
   * `stored` no request signed earlier can change, remove or replace the bytes. Repeated, it answers `stored` again if
   * the manifest means that object, else `refused`, which removes nothing then. A staged upload is promoted here: it
   * becomes readable, with the metadata that the ticket holds.
   */
  commit(ticket: Ticket, manifest: Manifest, call: CommitCall): Promise<Commit>;
  /**
   * Gives up an uncommitted upload and removes what is stored of it. Idempotent. It never touches a committed object of
   * a staged upload. Of a trusted one only its caller knows, and must not call it after a commit.
   */
  discard(ticket: Ticket, call: SignerCall): Promise<void>;
  /** How to fetch the object of a file URL. @throws `foreign-url`, `object-not-found`, `access-denied`, … */
  read(url: string, call: ReadCall): Promise<ReadPlan>;
  /** Deletes the object of a file URL; nothing happens when it is gone already. @throws `foreign-url` */
  remove(url: string, call: SignerCall): Promise<void>;
  /** Whether this is a file URL of this signer: its host, bucket and key prefix. Never throws. */
  owns(url: string): boolean;
  /**
   * The object's key in a file URL of ours, or null for any other: what is the same for all spellings of a URL. Never
   * throws. Without it, only URLs under a file server's base are known by their key.
   */
  readonly keyOfUrl?: (url: string) => string | null;
  /**
   * Whether the file URLs that it makes begin with this base URL: a file server refuses, at its start, a signer whose URLs
   * would lead past it. Never throws. Absent: nobody can tell.
   */
  readonly leadsTo?: (baseUrl: string) => boolean;
  /**
   * Lists uploads that were begun more than `olderThan` milliseconds ago, and of which the store took nothing for as long,
   * where it tells that. Where `listsUnfinished` is false, the list lacks the uploads that the store can't list, as
   * resumable sessions; what waits for its commit is in it all the same.
   */
  unfinished(olderThan: number, call: SignerCall): AsyncIterable<Unfinished>;
}

/**
 * A store in this very process, as a disk is: bytes need no signed request to get there and back. Only for whoever is
 * trusted with them already, as a file server is with the form that it reads. All rules of the signer hold.
 */
export interface LocalStore {
  /**
   * Begins an upload and takes all its bytes in, to the end of the source: hashed, written and flushed. Nobody can read
   * them before the commit, whatever `staging` says.
   * @param file - `size` null where only the end of the source tells it; it may then have no more than `maxSize` bytes
   * @throws `file-too-large`, `size-mismatch`, `quota-exceeded`, …; what the source failed with. Nothing stays then
   */
  receive(file: FileFacts, source: ByteSource, call: BeginCall): Promise<LocalUpload>;
  /**
   * Hands over the bytes of an object, chunk by chunk, in order. A chunk is valid only until the promise of the sink
   * resolves.
   * @param part - which version of which object, and its bytes from `first` to before `end`
   * @throws `object-not-found`, `object-changed` before the first chunk; what the sink failed with
   */
  send(part: LocalPart, sink: (chunk: Uint8Array) => void | Promise<void>, call: SignerCall): Promise<void>;
}

/** Bytes to be stored, read in any order. A `Source` is one. */
export interface ByteSource {
  /** Reads into the buffer from an offset. Answers how many bytes it read; fewer than asked for only at the end. */
  read(offset: number, buffer: Uint8Array): Promise<number>;
}

/** Bytes of one version of an object. */
export interface LocalPart {
  /** The object's file URL. */
  readonly url: string;
  /** As {@link Signer.read} told it; null for any. */
  readonly version: string | null;
  readonly first: number;
  /** Offset behind the last byte. */
  readonly end: number;
}

/** An upload whose bytes are all in the store, and which waits for its commit. */
export interface LocalUpload {
  /** With which any replica goes on; unless `staging` is `none`, for then it ends with this object. */
  readonly ticket: Ticket;
  /** What a commit by the ticket states. */
  readonly manifest: Manifest;
  /** As {@link Signer.commit} with this ticket and manifest. */
  commit(call: CommitCall): Promise<Commit>;
  /** As {@link Signer.discard}. Never touches what was committed. */
  discard(call: SignerCall): Promise<void>;
}
