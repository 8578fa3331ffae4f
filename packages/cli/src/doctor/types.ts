import type { Signer, StoredObject, TransferError } from '@mesibo-files/handler-core';
import type {
  AnswerText,
  Clock,
  HttpPort,
  Plan,
  ReadAnswer,
  SignedRequest,
  SignerCall,
} from '@mesibo-files/handler-core/provider';
import type { StoreConfiguration } from '../configuration/store.ts';
import type { SignerTuning } from '../store/signer-options.ts';
import type { Leftovers } from './leftovers.ts';

/** Why something does not work, and exactly what puts it right. */
export interface Remedy {
  readonly cause: string;
  /** A command, a policy, a rule or a flag, ready to be copied; several lines are kept as they are. */
  readonly fix: string;
}

/** What a check came to. */
export type Finding =
  | { readonly status: 'passed' | 'skipped'; readonly detail: string }
  | ({ readonly status: 'failed' | 'warning'; readonly detail: string } & Remedy);

/** One thing that doctor tries. */
export interface Check {
  /** Stable: programs go by it. */
  readonly id: string;
  /** What holds when it passes. */
  readonly title: string;
  /** Ids of checks that must have passed before; else it is skipped. */
  readonly needs: readonly string[];
  /** What the credentials must be allowed for it: a refusal is answered with how to allow it. */
  readonly permission?: Permission;
  /** Really tries it. An error it throws is a failed check. */
  readonly run: (context: DoctorContext) => Promise<Finding>;
}

export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly status: Finding['status'];
  readonly detail: string;
  readonly cause?: string;
  readonly fix?: string;
  /** The failed check that kept this one from being made. */
  readonly blockedBy?: string;
  readonly milliseconds: number;
}

/** What credentials may be allowed, whatever a store calls it. */
export type Permission =
  | 'store'
  | 'read'
  | 'delete'
  | 'list'
  | 'list-parts'
  | 'abort-parts'
  | 'list-uploads'
  | 'read-lifecycle';

/** What doctor knows of one kind of store: where it is, and how each fault is put right. */
export interface Advice {
  /** Where requests go, or null where only the SDK knows. */
  readonly address: string | null;
  /** How a permission is given. */
  readonly allow: (permission: Permission) => Remedy;
  readonly credentialsMissing: Remedy;
  readonly credentialsWrong: Remedy;
  readonly bucketMissing: Remedy;
  readonly ignoresCondition: Remedy;
  readonly ignoresChecksum: Remedy;
  /** Parts are listed without the digests that they were sent with; null where no store lists any. */
  readonly opaqueParts: Remedy | null;
  /** The store knows a header not that it is sent; null where that can't be. */
  readonly refusesHeaders: Remedy | null;
  /** The store itself fails, or is full; null where its own words say more. */
  readonly failing: Remedy | null;
  readonly publicRead: Remedy;
  /** Query of a request that lists the bucket, for anyone who may; null where nothing can be listed. */
  readonly listing: string | null;
  readonly cors: (origin: string) => Remedy;
  /** Headers that a page must be able to read, in lower case. */
  readonly exposedHeaders: readonly string[];
  /** Looks whether what abandoned uploads leave is removed some day. */
  readonly lifecycle: (context: DoctorContext) => Promise<Finding>;
}

/** What all checks of one run share. */
export interface DoctorContext {
  readonly configuration: StoreConfiguration;
  readonly signer: Signer;
  readonly advice: Advice;
  readonly http: HttpPort;
  readonly clock: Clock;
  /**
   * Ends the run, once the check that is being made is over: of a request that is cut off nobody knows what it has left.
   */
  readonly signal: AbortSignal;
  /** Origin of a web page that shall be able to transfer, or null. */
  readonly origin: string | null;
  /** A signer of the same store with other settings; null where they are the server's to set. */
  readonly tuned: (tuning: SignerTuning) => Promise<Signer | null>;
  /** What every call of a signer is given: it is bounded in time, and knows the store's clock. */
  readonly call: () => SignerCall;
  readonly leftovers: Leftovers;
  /** What earlier checks have found out. */
  readonly known: Known;
  /** Ends what was opened for {@link tuned}. */
  readonly close: () => Promise<void>;
}

/** Filled in as the checks go on. */
export interface Known {
  /** The store's clock less this machine's, in milliseconds; null where it tells none. */
  clockOffset: number | null;
  /** What the server calls itself in its first answer, or null. */
  server: string | null;
  /** How the store took the first file, or why it was never sent. */
  first: FirstFile | null;
  /** The small file that most checks are about. */
  sample: StoredSample | null;
}

/** An answer as it came; `bytes` are the first of its body. */
export interface RawAnswer extends AnswerText {
  readonly bytes: Uint8Array;
}

/** A small file that is being stored in one request. */
export interface Sample {
  readonly plan: Plan;
  readonly request: SignedRequest;
  readonly body: Uint8Array;
}

/** An existing one. */
export interface StoredSample extends Sample {
  readonly object: StoredObject;
}

/** What the store said to a sample. */
export interface SampleAnswer {
  readonly sample: Sample;
  readonly answer: RawAnswer;
  readonly read: ReadAnswer;
}

/** How the first file fared: the store's answer, or what kept it from being sent. */
export type FirstFile =
  | { readonly error: TransferError; readonly sent: null }
  | { readonly error: null; readonly sent: SampleAnswer };
