import type { Store } from '../call.ts';

/** Amazon's column is from its documents; the others are run. Ceph 16.2 (radosgw), Swift 2.30 (s3api). */
export type Server = 'amazon' | 'local-cloud' | 'ceph16' | 'swift';

/** What was observed: the status, the XML code of a refusal, and what else a check looks at. */
export interface Answer {
  readonly status: number;
  readonly code?: string | undefined;
  readonly [detail: string]: unknown;
}

/** One statement of how S3 behaves. */
export interface S3Check {
  readonly name: string;
  readonly run: (store: Store) => Promise<Answer>;
  /** What Amazon answers. */
  readonly expected: Answer;
  /** Servers that answer so. */
  readonly enforcedBy: readonly Server[];
  /** What the others answered when they were run. */
  readonly recorded: Partial<Record<Server, Answer>>;
}
