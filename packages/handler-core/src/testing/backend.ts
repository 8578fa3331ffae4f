import { fromBase64, toBase64 } from '../digest/base64.ts';
import { combineDigests, isCombinable } from '../digest/combine.ts';
import type { DigestAlgorithm, HashPort } from '../digest/hash.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { Clock } from '../ports/ports.ts';
import type { ObjectIntegrity } from '../signer/digests.ts';
import type { Commit } from '../signer/signer.ts';

/** The store says no. Over HTTP it becomes an answer with this status and `<Code>`; see `refusalAnswer`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** The store's own code, as in `NoSuchKey`. */
  readonly code: string;
  /** Further headers of the answer, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, headers: Readonly<Record<string, string>> = {}) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Bytes of an object, in the pieces in which they came: nothing is copied together. */
export class Pieces {
  readonly #pieces: readonly Uint8Array[];
  readonly size: number;

  constructor(pieces: readonly Uint8Array[]) {
    this.#pieces = pieces.filter((piece) => piece.length > 0);
    this.size = this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** The bytes from `first` up to, not including, `end`, in views of at most `most` bytes. */
  *slices(first: number, end: number, most: number): Generator<Uint8Array> {
    let start = 0;
    for (const piece of this.#pieces) {
      const stop = Math.min(end - start, piece.length);
      for (let at = Math.max(0, first - start); at < stop; at += most) {
        yield piece.subarray(at, Math.min(at + most, stop));
      }
      start += piece.length;
    }
  }

  /** All of it, copied. */
  toBytes(): Uint8Array {
    const all = new Uint8Array(this.size);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }
}

/** The facts that are stated when an object is made, and kept with it. */
export interface ObjectHead {
  readonly contentType: string;
  readonly disposition: string | null;
  /** Metadata of the user: names in lower case. */
  readonly meta: Readonly<Record<string, string>>;
}

/** An object in the memory store. */
export interface ObjectRecord extends ObjectHead {
  readonly key: string;
  readonly bytes: Pieces;
  /** An ETag with its quotes; never given twice. */
  readonly version: string;
  readonly integrity: ObjectIntegrity;
  /** Milliseconds since 1970, by the store's clock. */
  readonly createdAt: number;
}

interface UploadRecord {
  readonly id: string;
  readonly key: string;
  readonly head: ObjectHead;
  /** Digest that the store works out of what arrives. */
  readonly algorithm: DigestAlgorithm | null;
  /** Milliseconds since 1970, by the store's clock. */
  readonly begunAt: number;
  /** When it last took a part or a chunk. */
  heardAt: number;
  /** When the store forgets it. */
  readonly lapsesAt: number;
  /** Kept for whoever begun it: the signer keeps its ticket here, to list what is unfinished. */
  readonly label: string;
}

interface StoredPart {
  readonly bytes: Uint8Array;
  /** In base64, where the upload has an algorithm. */
  readonly digest: string | null;
}

/** An upload in parts that was begun and neither completed nor aborted. */
export interface PartsRecord extends UploadRecord {
  readonly kind: 'parts';
  readonly partSize: number;
  readonly parts: Map<number, StoredPart>;
}

/** A session that was begun and neither sealed nor aborted. Its object may be there already. */
export interface SessionRecord extends UploadRecord {
  readonly kind: 'session';
  /** Bytes of the file, or null while unknown. */
  readonly size: number | null;
  readonly maxSize: number;
  readonly chunkMultiple: number;
  chunks: Uint8Array[];
  /** Bytes held. */
  held: number;
  complete: boolean;
}

/** Digest of bytes in base64. @throws `unsupported` for an algorithm that the store was given no hash for */
function digestOf(hash: HashPort, algorithm: DigestAlgorithm, pieces: Iterable<Uint8Array>): string {
  const hasher = hash.create(algorithm);
  if (hasher === undefined) {
    throw new TransferError('unsupported', `Give the memory store a HashPort that knows ${algorithm}.`);
  }
  for (const piece of pieces) hasher.update(piece);
  return toBase64(hasher.digest());
}

/** What can be said of an object made of these parts: a CRC of all, or the digest of the parts' digests. */
function integrityOfParts(
  hash: HashPort,
  algorithm: DigestAlgorithm | null,
  partSize: number,
  parts: readonly { readonly bytes: Uint8Array; readonly digest: string | null }[],
  decode: (digest: string) => Uint8Array,
): ObjectIntegrity {
  const digests = parts.map((part) => part.digest).filter((digest) => digest !== null);
  const first = digests[0];
  if (algorithm === null || first === undefined || digests.length < parts.length) return { kind: 'none' };
  if (isCombinable(algorithm)) {
    const whole = parts
      .slice(1)
      .reduce((sum, part) => combineDigests(algorithm, sum, part.digest ?? '', part.bytes.length), first);
    return { kind: 'whole', digests: { [algorithm]: whole } };
  }
  const combined = digestOf(hash, algorithm, digests.map(decode));
  return { kind: 'pieces', algorithm, pieceSize: partSize, combined };
}

/** Why a commit refuses what is stored. */
export type CommitRefusal = Extract<Commit, { state: 'refused' }>;

/** What a commit decided of an upload. */
export type Decision = 'stored' | CommitRefusal;

interface Upload {
  readonly key: string;
  readonly transferId: string;
}

/** The final decision on each upload. Real stores read it from their objects; this store keeps a list of its own. */
export class Decisions {
  readonly #made = new Map<string, Decision>();

  of(upload: Upload): Decision | null {
    return this.#made.get(nameOf(upload)) ?? null;
  }

  /** The first decision stands. */
  make(upload: Upload, decision: Decision): void {
    const name = nameOf(upload);
    if (!this.#made.has(name)) this.#made.set(name, decision);
  }

  /** @throws `upload-ended` for an upload that was decided */
  assertOpen(upload: Upload): void {
    const decision = this.of(upload);
    if (decision === null) return;
    const what = decision === 'stored' ? 'committed' : `refused: ${decision.reason}`;
    throw new TransferError('upload-ended', `This upload was ${what}.`);
  }
}

function nameOf({ key, transferId }: Upload): string {
  return JSON.stringify([key, transferId]);
}

/** The bucket itself: what a store does with its own records, with no HTTP and no signatures. Refuses with `Refusal`. */
export class Backend {
  readonly objects: Map<string, ObjectRecord> = new Map();
  readonly #uploads = new Map<string, PartsRecord | SessionRecord>();
  readonly clock: Clock;
  readonly hash: HashPort;
  readonly #capacity: number;
  /** The decision on each upload. */
  readonly decisions: Decisions = new Decisions();
  readonly #hidden = new Set<string>();
  #versions = 0;

  constructor(clock: Clock, hash: HashPort, capacity: number) {
    this.clock = clock;
    this.hash = hash;
    this.#capacity = capacity;
  }

  /** Uploads that began and did not end; the oldest go first. */
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

/** The bucket from the inside, for tests. */
export interface MemoryObjects {
  /** Keys of all objects. */
  keys(): readonly string[];
  /** Facts of an object, or null. */
  inspect(key: string): ObjectRecord | null;
  /** All bytes of an object, copied, or null. */
  bytes(key: string): Uint8Array | null;
  /** Puts or overwrites an object, as somebody else would. */
  put(key: string, bytes: Uint8Array, contentType?: string): void;
  /** Deletes an object behind everybody's back. */
  delete(key: string): void;
}

export function memoryObjects(backend: Backend): MemoryObjects {
  return {
    keys: () => [...backend.objects.keys()],
    inspect: (key) => backend.objects.get(key) ?? null,
    bytes: (key) => backend.objects.get(key)?.bytes.toBytes() ?? null,
    put(key, bytes, contentType = 'application/octet-stream') {
      const head = { contentType, disposition: null, meta: {} };
      backend.putObject(key, head, new Pieces([bytes.slice()]), { kind: 'none' }, false);
    },
    delete: (key) => void backend.objects.delete(key),
  };
}
