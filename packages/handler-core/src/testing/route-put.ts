import type { HttpRequest } from '../ports/http.ts';
import type { DigestAlgorithm } from '../signer/digests.ts';
import type { Backend } from './backend.ts';
import type { RouteAnswer } from './http-answer.ts';
import { Pieces } from './pieces.ts';
import type { ObjectHead } from './records.ts';
import { Refusal } from './refusal.ts';
import { wholeBody } from './request-body.ts';
import type { Granted } from './url-signature.ts';

const META = 'x-memory-meta-';

function headOf(headers: Readonly<Record<string, string>>): ObjectHead {
  const meta = Object.entries(headers)
    .filter(([name]) => name.startsWith(META))
    .map(([name, value]) => [name.slice(META.length), value]);
  return {
    contentType: headers['content-type'] ?? 'application/octet-stream',
    disposition: headers['content-disposition'] ?? null,
    meta: Object.fromEntries(meta),
  };
}

/** The digest of what arrived, in the algorithm that the (signed) headers or the upload name. @throws Refusal 400 */
function checkedDigest(
  backend: Backend,
  algorithm: DigestAlgorithm | null,
  bytes: Uint8Array,
  claimed?: string,
): string | null {
  const digest = algorithm === null ? null : backend.digest(algorithm, [bytes]);
  if (claimed !== undefined && claimed !== digest) throw new Refusal(400, 'BadDigest');
  return digest;
}

const ALGORITHMS: readonly DigestAlgorithm[] = ['crc32', 'crc32c', 'crc64nvme', 'md5', 'sha256'];

/** PUT of a whole object. */
export async function putObject(
  backend: Backend,
  { key }: Granted,
  request: HttpRequest,
): Promise<RouteAnswer> {
  const { headers } = request;
  const create = headers['if-none-match'] === '*';
  if (create && backend.objects.has(key)) throw new Refusal(412, 'PreconditionFailed');
  backend.makeRoom(request.body?.size ?? 0);
  const bytes = await wholeBody(request);
  const algorithm = ALGORITHMS.find((each) => each === headers['x-memory-algorithm']) ?? null;
  const digest = checkedDigest(backend, algorithm, bytes, headers['x-memory-digest']);
  backend.makeRoom(bytes.length);
  const integrity =
    algorithm === null || digest === null
      ? ({ kind: 'none' } as const)
      : ({ kind: 'whole', digests: { [algorithm]: digest } } as const);
  const { version } = backend.putObject(key, headOf(headers), new Pieces([bytes]), integrity, create);
  return { status: 200, headers: { etag: version } };
}

/** PUT of one part. */
export async function putPart(
  backend: Backend,
  { key, query }: Granted,
  request: HttpRequest,
): Promise<RouteAnswer> {
  const id = query.get('upload') ?? '';
  const find = () => {
    const upload = backend.findParts(id, key);
    if (upload === undefined) throw new Refusal(404, 'NoSuchUpload');
    return upload;
  };
  find();
  const bytes = await wholeBody(request);
  // Once more: it may have been completed or aborted while the body was on its way.
  const upload = find();
  const digest = checkedDigest(backend, upload.algorithm, bytes, request.headers['x-memory-digest']);
  backend.putPart(upload, Number(query.get('part')), bytes, digest);
  return { status: 200, headers: { etag: `"${digest ?? bytes.length}"` } };
}
