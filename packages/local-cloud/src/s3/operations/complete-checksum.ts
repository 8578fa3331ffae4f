import { checksumValue } from '../body/body-plan.ts';
import { type ChecksumAlgorithm, checksumAlgorithms, createDigester } from '../body/digests.ts';
import { badChecksum } from '../body/read-body.ts';
import { S3Error } from '../errors.ts';
import type { MultipartUpload, StoredChecksum, StoredPart } from '../store/types.ts';
import type { S3Call } from '../types.ts';

/** A part as the client lists it. */
export interface ListedPart {
  readonly partNumber: number;
  readonly etag: string;
  /** Base64, by algorithm. */
  readonly checksums: ReadonlyMap<string, string>;
}

/** Verifies all checksums of a Complete request and gives the object's. */
export const completeChecksum = async (
  call: S3Call,
  upload: MultipartUpload,
  parts: readonly StoredPart[],
  listed: readonly ListedPart[],
): Promise<StoredChecksum | undefined> => {
  checkListed(upload, parts, listed);
  const { headers } = call.request;
  const stated = checksumAlgorithms.find((algorithm) => headers.has(`x-amz-checksum-${algorithm}`));
  const type = headers.get('x-amz-checksum-type');
  if (type !== undefined && type !== upload.checksum?.type) {
    throw new S3Error(
      'InvalidRequest',
      `The upload was created using the ${upload.checksum?.type ?? 'null'} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  if (stated !== undefined && upload.checksum !== undefined && stated !== upload.checksum.algorithm) {
    throw new S3Error(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${upload.checksum.algorithm}, actual checksum Type: ${stated}`,
    );
  }
  const algorithm = upload.checksum?.algorithm ?? stated;
  if (algorithm === undefined) return undefined;
  const checksum: StoredChecksum =
    upload.checksum?.type === 'COMPOSITE'
      ? { algorithm, type: 'COMPOSITE', value: composite(algorithm, parts) }
      : { algorithm, type: 'FULL_OBJECT', value: await fullObject(call, algorithm, parts) };
  const expected = headers.get(`x-amz-checksum-${algorithm}`);
  if (expected === undefined) return checksum;
  const [digest = '', count] = expected.split('-');
  checksumValue(algorithm, digest);
  const suffix = checksum.type === 'COMPOSITE' && count === undefined ? `-${parts.length}` : '';
  if (`${expected}${suffix}` !== checksum.value) throw badChecksum(algorithm);
  return checksum;
};

const checkListed = (
  upload: MultipartUpload,
  parts: readonly StoredPart[],
  listed: readonly ListedPart[],
): void => {
  listed.forEach(({ partNumber, checksums }, index) => {
    for (const [algorithm, value] of checksums) {
      const stored = parts[index]?.checksum;
      if (
        stored === undefined ||
        stored.algorithm !== algorithm ||
        stored.digest.toString('base64') !== value
      ) {
        throw new S3Error(
          'InvalidPart',
          "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
          { elements: { UploadId: upload.uploadId, PartNumber: String(partNumber) } },
        );
      }
    }
    if (upload.checksum?.type === 'COMPOSITE' && !checksums.has(upload.checksum.algorithm)) {
      throw new S3Error(
        'InvalidRequest',
        `The upload was created using a ${upload.checksum.algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${partNumber} in the request.`,
      );
    }
  });
};

const composite = (algorithm: ChecksumAlgorithm, parts: readonly StoredPart[]): string => {
  const digester = createDigester(algorithm);
  for (const { checksum } of parts) digester.update(checksum?.digest ?? Buffer.alloc(0));
  return `${digester.digest().toString('base64')}-${parts.length}`;
};

const fullObject = async (
  call: S3Call,
  algorithm: ChecksumAlgorithm,
  parts: readonly StoredPart[],
): Promise<string> => {
  const digester = createDigester(algorithm);
  const segments = parts.map(({ segment }) => segment);
  const size = segments.reduce((sum, segment) => sum + segment.size, 0);
  for await (const chunk of call.state.blobs.read(segments, 0, size - 1)) digester.update(chunk);
  return digester.digest().toString('base64');
};
