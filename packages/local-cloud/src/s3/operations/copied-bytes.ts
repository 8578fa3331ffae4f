import type { ChecksumAlgorithm } from '../body/digests.ts';
import { createDigester } from '../body/digests.ts';
import { checkReadConditions } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { decodeUri } from '../signature/uri-encoding.ts';
import type { StoredObject } from '../store/types.ts';
import type { S3Call } from '../types.ts';

/** The object that `x-amz-copy-source` names, if it meets the conditions on it. */
export const copySourceOf = (call: S3Call): StoredObject => {
  const { headers } = call.request;
  const path = decodeUri(headers.get('x-amz-copy-source') ?? '').replace(/^\//, '');
  const slash = path.indexOf('/');
  if (slash < 1) {
    throw new S3Error(
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  }
  const source = call.state.buckets.get(path.slice(0, slash)).objects.get(path.slice(slash + 1));
  if (source === undefined) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  checkSourceConditions(headers, source);
  return source;
};

const checkSourceConditions = (headers: ReadonlyMap<string, string>, source: StoredObject): void => {
  const prefix = 'x-amz-copy-source-if-';
  const conditions = [...headers]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [`if-${name.slice(prefix.length)}`, value] as const);
  try {
    checkReadConditions(new Map(conditions), source);
  } catch (error) {
    // For a copy, "not modified" too is a failed condition.
    if (!(error instanceof S3Error) || error.code !== 'NotModified') throw error;
    throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  }
};

/** Digests of a range of an object's bytes; `last` is inclusive. */
export const digestsOf = async (
  call: S3Call,
  source: StoredObject,
  range: { readonly first: number; readonly last: number },
  algorithm: ChecksumAlgorithm | undefined,
): Promise<{ readonly md5: Buffer; readonly checksum: Buffer | undefined }> => {
  const md5 = createDigester('md5');
  const checksum = algorithm === undefined ? undefined : createDigester(algorithm);
  for await (const chunk of call.state.blobs.read(source.segments, range.first, range.last)) {
    md5.update(chunk);
    checksum?.update(chunk);
  }
  return { md5: md5.digest(), checksum: checksum?.digest() };
};
