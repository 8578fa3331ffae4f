import { readAttributes } from '../attributes.ts';
import { statedHashes } from '../body/hashes.ts';
import { readLengthRange } from '../body/length-range.ts';
import { readDocument } from '../body/receive.ts';
import { GcsError } from '../errors.ts';
import { checkPreconditions, headerPreconditions } from '../store/preconditions.ts';
import type { XmlOperation } from './call.ts';

/** POST Object with `x-goog-resumable: start`. Source: "Initiate a resumable upload", XML API reference. */
export const startSession: XmlOperation = async ({ state, request, bucket, name }) => {
  const { headers } = request;
  if (headers.get('x-goog-resumable') !== 'start') {
    throw new GcsError(
      'NotImplemented',
      'local-cloud takes a POST of an object only to start a resumable upload.',
    );
  }
  const conditions = headerPreconditions(headers);
  checkPreconditions(conditions, bucket.objects.get(name), 'write');
  const session = {
    api: 'xml' as const,
    bucket,
    name,
    conditions,
    attributes: readAttributes(headers, bucket.storageClass),
    range: readLengthRange(headers),
    stated: statedHashes(headers),
    total: undefined,
    baseUrl: request.baseUrl,
    rawPath: request.rawPath,
    origin: headers.get('origin'),
  };
  if ((await readDocument(request)) !== '') {
    throw new GcsError('InvalidArgument', 'Invalid argument.', {
      elements: { Details: 'The request that starts a resumable upload has no body.' },
    });
  }
  const { id } = state.sessions.open(session);
  return {
    status: 201,
    headers: { location: `${request.baseUrl}${request.rawPath}?upload_id=${id}` },
  };
};
