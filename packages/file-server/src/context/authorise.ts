import type { ObjectFacts } from '@mesibo-files/handler-core/provider';

/** What the caller shows to prove who it is. As secret as a password: never log it. */
export interface Credential {
  /** From `Authorization: Bearer`, or the `auth` field or parameter; null when there was none. */
  readonly token: string | null;
  /** A header of the request, by its name in lower case: for cookies and schemes of your own. */
  readonly header: (name: string) => string | null;
}

/** Somebody wants to upload a file. What is known of it is what the client says. */
export interface UploadRequest {
  readonly action: 'upload';
  readonly credential: Credential;
  /** How it comes: by mesibo's upload URL, or by a remote handler that wants requests signed. */
  readonly via: 'upload-url' | 'signing';
  /** mesibo's id of the sender, as the client states it; 0 when it stated none. */
  readonly uid: number;
  /** Id of the message, 0 to 2^64 - 1; 0n for a profile picture. */
  readonly mid: bigint;
  /** One of `FILESOURCE`. */
  readonly source: number;
  /** Bytes; null where they are not known before they have come. */
  readonly size: number | null;
  /** The most bytes that it can turn out to have. */
  readonly maxSize: number;
  readonly contentType: string;
  /** The file's true name, never a path. */
  readonly name: string;
  /** The client asks for the file to be protected. */
  readonly secure: boolean;
  /**
   * By the upload URL: the form's other fields, such as mesibo's time-based ones, for a verifier of your own. Those that
   * came before the file, unless it had to wait; name them in `awaitFields` if you need them.
   */
  readonly fields?: ReadonlyMap<string, string>;
}

/** Somebody wants a stored file, or wants it removed. */
export interface ObjectRequest {
  readonly action: 'download' | 'remove';
  readonly credential: Credential;
  /** The file URL in its canonical form: two spellings of one URL are never asked about as two. */
  readonly url: string;
  /** The object's key; null where a store of your own names its files otherwise. */
  readonly key: string | null;
  /** What the store says of it, `sender` included. With no `sender`, nothing is known of it: also where there is none. */
  readonly object: ObjectFacts;
}

export type AuthoriseRequest = UploadRequest | ObjectRequest;

/** The owner's word. */
export type Decision =
  | {
      readonly allow: true;
      /** Who it is, as the credential proves; kept with the file in place of what the client said. */
      readonly uid?: number;
      /** The most bytes for this one upload. */
      readonly maxSize?: number;
      /** Protect the file: nobody has it later without a token. */
      readonly secure?: boolean;
    }
  | {
      readonly allow: false;
      /** `sign-in`: no credential, or one that proves nothing (401). `forbidden`: known, and not allowed (403). */
      readonly why: 'sign-in' | 'forbidden';
      /** One sentence for the client; no secret. */
      readonly reason: string;
    };

/**
 * Who may upload, download and remove. Supplied by whoever runs the server; asked anew for each. An error it throws is
 * an answer of 503: nothing is allowed by accident.
 */
export interface Authorise {
  (request: AuthoriseRequest, signal: AbortSignal): Decision | Promise<Decision>;
  /**
   * Judges a credential alone, before a body is read and before a store is asked. Must cost little. Without it every
   * caller is a stranger until it has been allowed something.
   */
  readonly beforehand?: (
    request: EarlyRequest,
    signal: AbortSignal,
  ) => EarlyDecision | Promise<EarlyDecision>;
}

/** Somebody wants something, of which no more is known yet. */
export interface EarlyRequest {
  readonly action: AuthoriseRequest['action'];
  readonly credential: Credential;
}

/** A refusal that no fact of the file could change, or who asks. */
export type EarlyDecision =
  | Extract<Decision, { allow: false }>
  | {
      /** The question itself is still to be asked. */
      readonly allow: 'ask';
      /** The credential is good: not a stranger's. */
      readonly known: boolean;
      /** Who it is, where the credential proves it. */
      readonly uid?: number;
    };
