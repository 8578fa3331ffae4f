import type { GcsRequest, GcsResponse, GcsState } from '../types.ts';

/** One call of an operation of the JSON API. */
export interface JsonCall {
  readonly state: GcsState;
  readonly request: GcsRequest;
  /** Empty for an operation on all buckets. */
  readonly bucketName: string;
  /** Empty for an operation on a bucket or on its objects. */
  readonly name: string;
  /** Bucket and name that an object is rewritten to. */
  readonly target?: { readonly bucketName: string; readonly name: string } | undefined;
}

/** An operation of the JSON API. */
export type JsonOperation = (call: JsonCall) => Promise<GcsResponse> | GcsResponse;
