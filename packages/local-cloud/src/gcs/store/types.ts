import type { Segment } from '../../s3/store/types.ts';

/** A rule of a bucket's CORS configuration, as the JSON API has it. */
export interface GcsCorsRule {
  /** Exact origins, or `*`. */
  readonly origin?: readonly string[];
  /** HTTP methods, or `*`. */
  readonly method?: readonly string[];
  /** Header names a preflight may ask for and a script may read; `*` and a trailing `*` are wildcards. */
  readonly responseHeader?: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** What a client states of an object and may change without a new generation. */
export interface ObjectAttributes {
  readonly contentType: string | undefined;
  readonly cacheControl: string | undefined;
  readonly contentDisposition: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly contentLanguage: string | undefined;
  /** RFC 3339. */
  readonly customTime: string | undefined;
  readonly storageClass: string;
  /** While one is set, nobody removes or overwrites the object. */
  readonly temporaryHold: boolean | undefined;
  readonly eventBasedHold: boolean | undefined;
  /** User metadata, without the `x-goog-meta-` of the XML API. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Digests in base64; the MD5 is absent for an object made by a multipart upload. */
export interface ObjectHashes {
  readonly crc32c: string;
  readonly md5: string | undefined;
}

/** An object; immutable, replaced as a whole. */
export interface GcsObject extends ObjectHashes {
  readonly bucket: string;
  readonly name: string;
  readonly size: number;
  readonly generation: number;
  readonly metageneration: number;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** ETag of the XML API, without quotes. */
  readonly etag: string;
  readonly attributes: ObjectAttributes;
  readonly segments: readonly Segment[];
}

/** A part that was received whole. */
export interface StoredPart {
  readonly partNumber: number;
  /** Hexadecimal MD5. */
  readonly etag: string;
  readonly crc32c: string;
  readonly segment: Segment;
  readonly updatedAt: number;
}

/** A multipart upload that is neither completed nor aborted. */
export interface MultipartUpload {
  readonly uploadId: string;
  readonly name: string;
  readonly initiatedAt: number;
  readonly attributes: ObjectAttributes;
  readonly parts: Map<number, StoredPart>;
}

/** A bucket and all that is in it. */
export interface GcsBucket {
  readonly name: string;
  readonly createdAt: number;
  updatedAt: number;
  metageneration: number;
  /** Lets anyone read objects without credentials. */
  readonly publicRead: boolean;
  storageClass: string;
  cors: readonly GcsCorsRule[];
  readonly objects: Map<string, GcsObject>;
  readonly uploads: Map<string, MultipartUpload>;
}
