import { fromBase64 } from '../digest/base64.ts';
import type { Clock } from '../ports/clock.ts';
import type { HashPort } from '../ports/hash.ts';
import type { DigestAlgorithm, ObjectIntegrity } from '../signer/digests.ts';
import { Decisions } from './decisions.ts';
import { digestOf, integrityOfParts } from './digesting.ts';
import { Pieces } from './pieces.ts';
import type { ObjectHead, ObjectRecord, PartsRecord, SessionRecord } from './records.ts';
import { Refusal } from './refusal.ts';

/** The bucket itself: what a store does with its own records, with no HTTP and no signatures. Refuses with `Refusal`. */
export class Backend {
  readonly objects: Map<string, ObjectRecord> = new Map();
  readonly #uploads = new Map<string, PartsRecord | SessionRecord>();
  readonly clock: Clock;
  readonly hash: HashPort;
  readonly #capacity: number;
  /** What was decided of each upload. */
  readonly decisions: Decisions = new Decisions();
  readonly #hidden = new Set<string>();
  #versions = 0;

  constructor(clock: Clock, hash: HashPort, capacity: number) {
    this.clock = clock;
    this.hash = hash;
    this.#capacity = capacity;
  }

  /** What was begun and not ended; what is too old goes first. */
  uploads(): readonly (PartsRecord | SessionRecord)[] {
    for (const upload of this.#uploads.values()) {
      if (upload.lapsesAt <= this.clock.now()) this.#uploads.delete(upload.id);
    }
    return [...this.#uploads.values()];
  }

  begin(upload: PartsRecord | SessionRecord): void {
    this.#uploads.set(upload.id, upload);
  }

  /** Nobody reads what is under this name unsigned: it waits for its commit. */
  hide(name: string): void {
    this.#hidden.add(name);
  }

  isHidden(name: string): boolean {
    return this.#hidden.has(name);
  }

  /** Forgets an upload and what it holds. */
  end(id: string): void {
    this.#uploads.delete(id);
  }

  findParts(id: string, key: string): PartsRecord | undefined {
    return this.uploads().find((each) => each.kind === 'parts' && each.id === id && each.key === key) as
      | PartsRecord
      | undefined;
  }

  findSession(id: string, key: string): SessionRecord | undefined {
    return this.uploads().find((each) => each.kind === 'session' && each.id === id && each.key === key) as
      | SessionRecord
      | undefined;
  }

  /** @throws Refusal 507 when there is no room for so many bytes more */
  makeRoom(bytes: number): void {
    if (this.#capacity === Number.POSITIVE_INFINITY) return;
    const objects = [...this.objects.values()].map(({ bytes: { size } }) => size);
    const held = this.uploads().flatMap((upload) =>
      upload.kind === 'parts'
        ? [...upload.parts.values()].map((part) => part.bytes.length)
        : [upload.complete ? 0 : upload.held],
    );
    const used = [...objects, ...held].reduce((sum, size) => sum + size, 0);
    if (used + bytes > this.#capacity) throw new Refusal(507, 'QuotaExceeded');
  }

  /** Makes an object, or makes it anew. @throws Refusal 412 when `create` is set and there is one */
  putObject(
    key: string,
    head: ObjectHead,
    bytes: Pieces,
    integrity: ObjectIntegrity,
    create: boolean,
  ): ObjectRecord {
    if (create && this.objects.has(key)) throw new Refusal(412, 'PreconditionFailed');
    this.#versions += 1;
    const version = `"v${this.#versions}"`;
    const { contentType, disposition, meta } = head;
    const createdAt = this.clock.now();
    const record: ObjectRecord = {
      key,
      contentType,
      disposition,
      meta,
      bytes,
      version,
      integrity,
      createdAt,
    };
    this.objects.set(key, record);
    return record;
  }

  putPart(upload: PartsRecord, number: number, bytes: Uint8Array, digest: string | null): void {
    const before = upload.parts.get(number)?.bytes.length ?? 0;
    this.makeRoom(bytes.length - before);
    upload.parts.set(number, { bytes, digest });
    upload.heardAt = this.clock.now();
  }

  /** The parts 1 to `count` together; they stay as they are. @throws Refusal 400 when one is not there */
  assemble(upload: PartsRecord, count: number): { bytes: Pieces; integrity: ObjectIntegrity } {
    const parts = Array.from({ length: count }, (_, index) => upload.parts.get(index + 1));
    const found = parts.filter((part) => part !== undefined);
    if (found.length < count) throw new Refusal(400, 'InvalidPart');
    const decode = (digest: string): Uint8Array => fromBase64(digest) ?? new Uint8Array();
    const integrity = integrityOfParts(this.hash, upload.algorithm, upload.partSize, found, decode);
    return { bytes: new Pieces(found.map((part) => part.bytes)), integrity };
  }

  /** Puts the parts 1 to `count` together to an object, which must not be there yet if `create` is set. */
  complete(upload: PartsRecord, count: number, create: boolean): ObjectRecord {
    const { bytes, integrity } = this.assemble(upload, count);
    const object = this.putObject(upload.key, upload.head, bytes, integrity, create);
    this.end(upload.id);
    return object;
  }

  /** Ends a session's bytes. @throws Refusal 400 for a wrong digest; the session is lost then, as nobody knows which byte is wrong */
  completeSession(session: SessionRecord, claimed: string | undefined, create: boolean): void {
    const bytes = new Pieces(session.chunks);
    const digest = session.algorithm === null ? null : this.digest(session.algorithm, session.chunks);
    if (claimed !== undefined && claimed !== digest) {
      this.end(session.id);
      throw new Refusal(400, 'BadDigest');
    }
    const integrity: ObjectIntegrity =
      session.algorithm === null || digest === null
        ? { kind: 'none' }
        : { kind: 'whole', digests: { [session.algorithm]: digest } };
    this.putObject(session.key, session.head, bytes, integrity, create);
    session.complete = true;
    session.chunks = [];
  }

  digest(algorithm: DigestAlgorithm, pieces: Iterable<Uint8Array>): string {
    return digestOf(this.hash, algorithm, pieces);
  }
}
