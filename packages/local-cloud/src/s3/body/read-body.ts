import { S3Error } from '../errors.ts';
import type { Segment } from '../store/types.ts';
import type { S3Call } from '../types.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import { type BodyPlan, checksumValue, planBody } from './body-plan.ts';
import { type ChecksumAlgorithm, createDigester, type Digester } from './digests.ts';

/** What was computed while a body was read. */
interface BodyDigests {
  readonly md5: Buffer;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly digest: Buffer } | undefined;
}

/** A body that is in a file of its own and verified. */
export interface ReceivedBody extends BodyDigests {
  readonly segment: Segment;
}

const documentLimitBytes = 4 * 1024 * 1024;
/** Most bytes of one PUT. Source: "Amazon S3 objects overview", 5 GiB. */
const maximumPutBytes: number = 5 * 1024 ** 3;

/** Streams the body into the blob store; `checksum` names one to compute even if the client states none. */
export const receiveBody = async (call: S3Call, checksum?: ChecksumAlgorithm): Promise<ReceivedBody> => {
  const plan = planBody(call);
  if (plan.length > maximumPutBytes) {
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      elements: { ProposedSize: String(plan.length), MaxSizeAllowed: String(maximumPutBytes) },
    });
  }
  const digests = new BodyVerifier(plan, checksum);
  const segment = await call.state.blobs.write(digests.verify(call));
  return { ...digests.result(), segment };
};

/** Reads a small document, an XML body, whole; `checksumOf` as for `planBody`. */
export const readDocument = async (call: S3Call, checksumOf: 'body' | 'object' = 'body'): Promise<string> => {
  const plan = planBody(call, checksumOf);
  if (plan.length > documentLimitBytes) {
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of new BodyVerifier(plan, undefined).verify(call)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

class BodyVerifier {
  readonly #plan: BodyPlan;
  readonly #md5: Digester = createDigester('md5');
  readonly #sha256: Digester | undefined;
  readonly #algorithm: ChecksumAlgorithm | undefined;
  readonly #checksum: Digester | undefined;
  #result: BodyDigests | undefined;

  constructor(plan: BodyPlan, wanted: ChecksumAlgorithm | undefined) {
    this.#plan = plan;
    this.#sha256 = plan.sha256 === undefined ? undefined : createDigester('sha256');
    this.#algorithm = plan.checksum?.algorithm ?? wanted;
    this.#checksum = this.#algorithm === undefined ? undefined : createDigester(this.#algorithm);
  }

  /** Content of the body; throws at its end if it is not what the plan says. */
  async *verify(call: S3Call): AsyncGenerator<Uint8Array> {
    call.request.continueBody();
    const trailers = new Map<string, string>();
    const source: AsyncIterable<Uint8Array> = call.request.message;
    let received = 0;
    for await (const chunk of this.#plan.chunked ? decodeAwsChunked(source, trailers) : source) {
      if (chunk.length === 0) continue;
      received += chunk.length;
      if (received > this.#plan.length) throw incompleteBody(this.#plan.length, received);
      this.#md5.update(chunk);
      this.#sha256?.update(chunk);
      this.#checksum?.update(chunk);
      yield chunk;
    }
    if (received !== this.#plan.length) throw incompleteBody(this.#plan.length, received);
    this.#compare(trailers);
  }

  result(): BodyDigests {
    if (this.#result === undefined) throw new S3Error('InternalError', 'The body was not read to its end');
    return this.#result;
  }

  #compare(trailers: ReadonlyMap<string, string>): void {
    const plan = this.#plan;
    const sha256 = this.#sha256?.digest().toString('hex');
    if (sha256 !== plan.sha256) {
      throw new S3Error(
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        {
          elements: { ClientComputedContentSHA256: plan.sha256 ?? '', S3ComputedContentSHA256: sha256 ?? '' },
        },
      );
    }
    const md5 = this.#md5.digest();
    if (plan.md5 !== undefined && !plan.md5.equals(md5)) {
      throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
        elements: { ExpectedDigest: plan.md5.toString('base64'), CalculatedDigest: md5.toString('base64') },
      });
    }
    const digest = this.#checksum?.digest();
    if (plan.checksum !== undefined && digest !== undefined) {
      const stated = plan.checksum.value ?? trailingChecksum(plan, trailers);
      if (!stated.equals(digest)) throw badChecksum(plan.checksum.algorithm);
    }
    const algorithm = this.#algorithm;
    this.#result = { md5, checksum: algorithm && digest ? { algorithm, digest } : undefined };
  }
}

const trailingChecksum = (plan: BodyPlan, trailers: ReadonlyMap<string, string>): Buffer => {
  const text = trailers.get(plan.trailer ?? '');
  if (plan.checksum === undefined || text === undefined) {
    throw new S3Error(
      'MalformedTrailerError',
      'The request contained trailing data that was not well-formed.',
    );
  }
  return checksumValue(plan.checksum.algorithm, text);
};

const incompleteBody = (expected: number, received: number): S3Error =>
  new S3Error(
    'IncompleteBody',
    `You did not provide the number of bytes specified by the Content-Length HTTP header (${expected}, received ${received})`,
  );

/** The answer to a checksum that differs from the computed one. */
export const badChecksum = (algorithm: ChecksumAlgorithm): S3Error =>
  new S3Error(
    'BadDigest',
    `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
  );
