import type { Caller } from '../auth/authenticate.ts';
import type { GcsBucket } from '../store/types.ts';
import type { GcsRequest, GcsResponse, GcsState } from '../types.ts';

/** One call of an operation of the XML API. */
export interface XmlCall {
  readonly state: GcsState;
  readonly request: GcsRequest;
  readonly caller: Caller;
  readonly bucket: GcsBucket;
  /** Name of the object; empty for an operation on the bucket. */
  readonly name: string;
}

/** An operation of the XML API. */
export type XmlOperation = (call: XmlCall) => Promise<GcsResponse> | GcsResponse;
