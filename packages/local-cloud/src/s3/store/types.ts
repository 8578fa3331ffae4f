import type { ChecksumAlgorithm } from '../body/digests.ts';

/** A rule of a bucket's CORS configuration; the fields are S3's. */
export interface S3CorsRule {
  readonly id?: string;
  /** Exact origins, or ones with a single `*`. */
  readonly allowedOrigins: readonly string[];
  /** Of GET, PUT, POST, DELETE and HEAD. */
  readonly allowedMethods: readonly string[];
  /** Header names a preflight may ask for; each may have a single `*`. */
  readonly allowedHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** COMPOSITE is a digest of the parts' digests, FULL_OBJECT one of all bytes. */
export type ChecksumType = 'COMPOSITE' | 'FULL_OBJECT';

/** A checksum as S3 shows it: base64, and for COMPOSITE `-` and the number of parts. */
export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
  readonly type: ChecksumType;
}

/** A run of an object's bytes, in a file of its own. */
export interface Segment {
  readonly blob: string;
  readonly size: number;
}

/** What a client states of an object and gets back with it. */
export interface ObjectAttributes {
  /** content-type, cache-control and the like, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-amz-meta-*`, by whole lower-case name. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string | undefined;
  readonly encryption: 'AES256' | 'aws:kms' | undefined;
  readonly kmsKeyId: string | undefined;
}

/** An object; immutable, replaced as a whole. */
export interface StoredObject {
  readonly key: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** Epoch ms, whole seconds. */
  readonly lastModified: number;
  readonly attributes: ObjectAttributes;
  readonly checksum: StoredChecksum | undefined;
  readonly segments: readonly Segment[];
  /** Number of parts it was uploaded in; `undefined` for a single PUT. */
  readonly partCount: number | undefined;
}

/** A part that was received whole. */
export interface StoredPart {
  readonly partNumber: number;
  readonly etag: string;
  /** MD5 of its bytes, whatever the ETag is. */
  readonly md5: Buffer;
  readonly segment: Segment;
  readonly lastModified: number;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly digest: Buffer } | undefined;
}

/** A multipart upload that is neither completed nor aborted. */
export interface MultipartUpload {
  readonly uploadId: string;
  readonly key: string;
  readonly initiated: number;
  readonly attributes: ObjectAttributes;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType } | undefined;
  readonly parts: Map<number, StoredPart>;
}

/** Kept after Complete, so that its repetition gets the same answer. */
interface CompletedUpload {
  readonly key: string;
  /** What was listed: numbers and ETags. */
  readonly manifest: string;
  readonly object: StoredObject;
}

/** A bucket and all that is in it. */
export interface Bucket {
  readonly name: string;
  readonly createdAt: number;
  readonly publicRead: boolean;
  corsRules: readonly S3CorsRule[] | undefined;
  readonly objects: Map<string, StoredObject>;
  readonly uploads: Map<string, MultipartUpload>;
  readonly completed: Map<string, CompletedUpload>;
}
