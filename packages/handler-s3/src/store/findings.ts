import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { pendingName, type SignerCall } from '@mesibo-files/handler-core/provider';
import { base64ToHex, quotedETag } from '../format/digests.ts';
import { type Settings, whoPays } from '../options.ts';
import type { TicketFacts } from '../ticket.ts';
import type { StoreCaller } from './client.ts';

/** What a store was seen to do with the digest of a part. */
export interface DigestProof {
  /** The ETag of a part is the MD5 of its bytes. */
  readonly plainETags: boolean;
  /** A part whose bytes are not those of its Content-MD5 is refused. */
  readonly verifies: boolean;
}

/** What a store says to `If-None-Match` that it does not know. */
export const NOT_IMPLEMENTED = 'NotImplemented';

/** MD5s of one byte `0` and of nothing. */
const OF_ZERO = 'z80ghJXVZe9m59/5+Ydk2g==';
export const OF_NOTHING = '1B2M2Y8AsgTpgAmY7PhCfg==';

const DAMAGED: readonly string[] = ['BadDigest', 'InvalidDigest', 'XAmzContentChecksumMismatch'];

/** What was found out of a store beyond what the options say. The process remembers it. */
export class Findings {
  readonly #settings: Settings;
  readonly #caller: StoreCaller;
  #conditionalWrites: boolean;
  #looking: Promise<void> | undefined;
  #proof: Promise<DigestProof> | undefined;
  #proven: DigestProof | null = null;

  constructor(settings: Settings, caller: StoreCaller) {
    this.#settings = settings;
    this.#caller = caller;
    this.#conditionalWrites = settings.conditionalWrites;
  }

  /** Whether requests carry `If-None-Match: *`. */
  get conditionalWrites(): boolean {
    return this.#conditionalWrites;
  }

  /** How the store treats digests, where that was looked at. */
  get proven(): DigestProof | null {
    return this.#proven;
  }

  /** The store has refused the condition of a request of the signer's own. */
  refusesConditions(): void {
    this.#conditionalWrites = false;
  }

  /**
   * A request of the engine was answered "not implemented". A client may have made that up, so the signer looks itself,
   * once: a conditional write of nothing is refused, or it is removed again.
   */
  lookAtConditions(facts: TicketFacts, call: SignerCall): Promise<void> {
    this.#looking ??= this.#lookAtConditions(facts, call).catch((error: unknown) => {
      this.#looking = undefined;
      throw error;
    });
    return this.#looking;
  }

  async #lookAtConditions(facts: TicketFacts, call: SignerCall): Promise<void> {
    if (!this.#conditionalWrites) return;
    const place = this.#probePlace(facts);
    const known = [NOT_IMPLEMENTED, 'PreconditionFailed'];
    const { code } = await this.#caller.attempt('looking for conditions', call, known, (client, options) =>
      client.send(
        new PutObjectCommand({ ...place, Body: new Uint8Array(), ContentMD5: OF_NOTHING, IfNoneMatch: '*' }),
        options,
      ),
    );
    if (code === NOT_IMPLEMENTED) return this.refusesConditions();
    await this.#caller.ask('removing the test object', call, (client, options) =>
      client.send(new DeleteObjectCommand(place), options),
    );
  }

  /**
   * How the store treats digests, found out by an upload of two parts of one byte, the second damaged, which is given
   * up again. Once for each process: neither the ETags nor the silence of a store say it.
   */
  proof(facts: TicketFacts, call: SignerCall): Promise<DigestProof> {
    this.#proof ??= this.#prove(facts, call).then(
      (proof) => {
        this.#proven = proof;
        return proof;
      },
      (error: unknown) => {
        this.#proof = undefined;
        throw error;
      },
    );
    return this.#proof;
  }

  async #prove(facts: TicketFacts, call: SignerCall): Promise<DigestProof> {
    const doing = 'looking whether digests are compared';
    const place = this.#probePlace(facts);
    const { encryption } = this.#settings;
    const { UploadId } = await this.#caller.ask(doing, call, (client, options) =>
      client.send(
        new CreateMultipartUploadCommand({
          ...place,
          ...(encryption === null ? {} : { ServerSideEncryption: encryption.type }),
        }),
        options,
      ),
    );
    const part = { ...place, UploadId, ContentMD5: OF_ZERO };
    try {
      const whole = await this.#caller.ask(doing, call, (client, options) =>
        client.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: new Uint8Array([48]) }), options),
      );
      const damaged = await this.#caller.attempt(doing, call, DAMAGED, (client, options) =>
        client.send(new UploadPartCommand({ ...part, PartNumber: 2, Body: new Uint8Array([49]) }), options),
      );
      const plainETags = quotedETag(whole.ETag) === `"${base64ToHex(OF_ZERO)}"`;
      return { plainETags, verifies: damaged.code !== null };
    } finally {
      // What is left of it, the sweeper removes.
      await this.#caller
        .ask('giving the test up', call, (client, options) =>
          client.send(new AbortMultipartUploadCommand({ ...place, UploadId }), options),
        )
        .catch(() => undefined);
    }
  }

  /** Beside where the upload waits: nothing of the upload itself is touched. */
  #probePlace({ bucket, key }: TicketFacts): { Bucket: string; Key: string; RequestPayer?: 'requester' } {
    return {
      Bucket: bucket,
      Key: `${pendingName(this.#settings.prefix, key)}.test`,
      ...whoPays(this.#settings),
    };
  }
}
