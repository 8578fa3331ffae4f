import { createHash, randomUUID } from 'node:crypto';

/** What the store keeps with an object. */
export interface TinyHead {
  readonly contentType: string;
  readonly disposition: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** One stored object. The store hashes the bytes itself. */
export interface TinyObject extends TinyHead {
  readonly bytes: Buffer;
  readonly sha256: string;
  /** Changes whenever the object is written. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

interface TinyUpload {
  readonly key: string;
  readonly head: TinyHead;
  readonly parts: Map<number, { readonly bytes: Buffer; readonly sha256: string }>;
  readonly begunAt: number;
  /** When the last part arrived. */
  heardAt: number;
}

/** A refusal of the store: a status and a code of its own. */
export class TinyRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** The objects and open uploads of one bucket, in memory. Every method is one atomic step. */
export class TinyObjects {
  readonly objects: Map<string, TinyObject> = new Map();
  readonly uploads: Map<string, TinyUpload> = new Map();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  find(key: string): TinyObject {
    const found = this.objects.get(key);
    if (found === undefined) throw new TinyRefusal(404, 'NoSuchKey');
    return found;
  }

  put(key: string, bytes: Buffer, head: TinyHead, createOnly: boolean): void {
    if (createOnly && this.objects.has(key)) throw new TinyRefusal(412, 'KeyTaken');
    const [version, createdAt] = [randomUUID(), this.#now()];
    this.objects.set(key, { ...head, bytes, sha256: sha256Of(bytes), version, createdAt });
  }

  begin(key: string, head: TinyHead): string {
    const id = randomUUID();
    this.uploads.set(id, { key, head, parts: new Map(), begunAt: this.#now(), heardAt: this.#now() });
    return id;
  }

  upload(key: string, id: string): TinyUpload {
    const found = this.uploads.get(id);
    if (found?.key !== key) throw new TinyRefusal(404, 'NoSuchUpload');
    return found;
  }

  putPart(key: string, id: string, number: number, bytes: Buffer): void {
    const upload = this.upload(key, id);
    upload.parts.set(number, { bytes, sha256: sha256Of(bytes) });
    upload.heardAt = this.#now();
  }

  /** Puts parts together, if each still has the digest that was listed, and the key is free. */
  finish(key: string, id: string, digests: readonly string[]): void {
    const { parts, head } = this.upload(key, id);
    const pieces = digests.map((sha256, index) => {
      const part = parts.get(index + 1);
      if (part?.sha256 !== sha256) throw new TinyRefusal(409, 'PartChanged');
      return part.bytes;
    });
    this.put(key, Buffer.concat(pieces), head, true);
    this.uploads.delete(id);
  }

  /** Copies exactly this version to a key that must be free. */
  copy(from: string, version: string, key: string, head: TinyHead): void {
    const source = this.find(from);
    if (source.version !== version) throw new TinyRefusal(412, 'VersionChanged');
    this.put(key, source.bytes, head, true);
  }
}
