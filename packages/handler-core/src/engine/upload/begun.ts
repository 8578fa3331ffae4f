import type { Plan } from '../../signer/plan.ts';
import type { PartFacts } from '../../signer/signer.ts';
import type { JournaledUpload } from './journaled.ts';
import type { UploadJob } from './upload-job.ts';

/** How long an upload is kept, in milliseconds: what is stored of it, and the answer once it is whole. */
export const UPLOAD_KEPT_FOR: number = 24 * 60 * 60 * 1000;

/** An upload that has a plan: new, or continued. */
export interface Begun {
  readonly plan: Plan;
  readonly job: UploadJob;
  readonly journal: JournaledUpload;
  /** Parts that the store holds, by number. */
  readonly stored: ReadonlyMap<number, PartFacts>;
  /** Bytes that a session holds; null: ask. */
  readonly offset: number | null;
}
