import type { StatedHashes } from '../body/hashes.ts';
import type { LengthRange } from '../body/length-range.ts';
import type { Preconditions } from '../store/preconditions.ts';
import type { GcsBucket, ObjectAttributes } from '../store/types.ts';

/** What a resumable session is opened with. */
export interface NewSession {
  /** Which API opened it, and so in whose form it answers. */
  readonly api: 'xml' | 'json';
  readonly bucket: GcsBucket;
  readonly name: string;
  /** Judged when the object is made. */
  readonly conditions: Preconditions;
  readonly attributes: ObjectAttributes;
  readonly range: LengthRange;
  readonly stated: StatedHashes;
  /** `X-Upload-Content-Length`, if it was said. */
  readonly total: number | undefined;
  /** Scheme and host it was opened at. */
  readonly baseUrl: string;
  /** Path of its URI: elsewhere there is no such session. */
  readonly rawPath: string;
  /** Origin header of the request that opened it; it governs CORS of all later ones. */
  readonly origin: string | undefined;
}
