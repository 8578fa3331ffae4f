import type { StoredObject } from '@mesibo-files/handler-core';
import type { Commit, ReadPlan } from '@mesibo-files/handler-core/provider';

/** A file that is stored and verified. */
export interface StoredFile extends StoredObject {
  /** How it came. */
  readonly via: 'upload-url' | 'signing';
  readonly requestId: string;
}

/** A file that is complete and verified, and that nobody can read yet, as `onStored` gets it. */
export interface PendingFile extends StoredFile {
  /**
   * Names the file to `settle`, on any replica: sealed, and as long as its list of parts (some 60 bytes each). A secret:
   * whoever has it and the server's `settle` decides.
   */
  readonly id: string;
  /**
   * Gives a signed GET of its bytes, good for some minutes: a secret, for the scanner alone.
   * @throws `unsupported` unless `onStoredNeeds` is `bytes`, and for an upload that was begun before it was
   */
  readonly read: () => Promise<ReadPlan>;
}

/**
 * What `onStored` may answer: nothing, and the file is kept; that it must go, and why, which the client is told; or that
 * it is decided later, and after how many milliseconds the client is to ask again.
 */
export type HookAnswer =
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that answers nothing is the usual one.
  void | undefined | { readonly remove: string } | { readonly later: number };

/** What happens in the server, for logs and metrics. No secret, token, ticket or signed URL is in any of it. */
export type ServerEvent =
  /** It listens; with how much room, and how many descriptors the process may have (null where that can't be told). */
  | {
      readonly type: 'listening';
      readonly requestId: string;
      readonly url: string;
      readonly maxConnections: number;
      readonly maxUploads: number;
      readonly descriptors: number | null;
      /** There are too few of them for the connections and uploads that were asked for. */
      readonly reduced: boolean;
    }
  | {
      readonly type: 'started';
      readonly requestId: string;
      readonly method: string;
      readonly route: string;
    }
  | {
      readonly type: 'request';
      readonly requestId: string;
      readonly method: string;
      /** Name of the route, never the path: `upload`, `begin`, `sign`, `files`, … */
      readonly route: string;
      readonly status: number;
      /** Code of the error, or null. */
      readonly code: string | null;
      readonly milliseconds: number;
      readonly uid: number | null;
      /** Bytes of the file that came in or went out through this process; 0 where none did. */
      readonly bytes: number;
    }
  /** Somebody was refused: who, what and why. For an audit; not of requests that only make no sense. */
  | {
      readonly type: 'refused';
      readonly requestId: string;
      readonly method: string;
      readonly route: string;
      /** As proved or, by the upload URL, stated; null where nothing is known. */
      readonly uid: number | null;
      /** As limits count it. */
      readonly address: string | null;
      /** Key of the file that was asked for; null where none was named. */
      readonly key: string | null;
      readonly code: string;
      /** One sentence. */
      readonly reason: string;
    }
  | { readonly type: 'stored'; readonly requestId: string; readonly file: StoredFile }
  /** A commit that was refused: the file is not what was begun, or `onStored` did not want it. Nobody could read it. */
  | {
      readonly type: 'rejected';
      readonly requestId: string;
      readonly code: Extract<Commit, { state: 'refused' }>['code'];
      readonly reason: string;
    }
  | { readonly type: 'removed'; readonly requestId: string; readonly key: string; readonly reason: string }
  /** A fault of the server, the store or a hook; `error` is for the log. */
  | { readonly type: 'fault'; readonly requestId: string; readonly doing: string; readonly error: unknown };
