import { crc32 } from 'node:zlib';
import { type SignedPart, type SignedRequest, toBase64 } from '@mesibo-files/handler-core/provider';
import type { Dice } from './dice.ts';
import { BASE, type FuzzWorld, TOKEN } from './world.ts';

/** An upload that the liar began, and what it knows of it. */
interface Begun {
  readonly ticket: string;
  readonly size: number;
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly signed: SignedPart[];
  /** The key, once a commit stored it. */
  key: string | null;
  refused: boolean;
}

/** Uploads that the liar goes on with at a time. */
const AT_ONCE = 24;

const TYPES: readonly [string, ...string[]] = ['image/jpeg', 'video/mp4', 'text/html', 'image/svg+xml'];

/**
 * A client whose token is good and whose word is not: it begins, signs, sends, commits, gives up, and lies in each. What
 * it does is decided by the dice alone.
 */
export class Liar {
  readonly #world: FuzzWorld;
  readonly #dice: Dice;
  #begun: Begun[] = [];
  readonly #faults: string[] = [];
  readonly #did = new Map<string, number>();

  constructor(world: FuzzWorld, dice: Dice) {
    this.#world = world;
    this.#dice = dice;
  }

  /** How often each answer came, by what was asked: proof that the liar got somewhere. */
  get did(): ReadonlyMap<string, number> {
    return this.#did;
  }

  /** So many requests; then everything is looked at, and taken out of the store. @returns what was wrong */
  async round(count: number): Promise<readonly string[]> {
    for (let left = count; left > 0; left -= 1) await this.#step();
    await this.#look();
    for (const key of this.#world.store.objects.keys()) {
      if (key.startsWith('pending/') || this.#begun.some((each) => each.key === key))
        this.#world.store.objects.delete(key);
    }
    this.#begun = [];
    return this.#faults.splice(0);
  }

  async #step(): Promise<void> {
    const dice = this.#dice;
    const one = this.#begun.length === 0 ? undefined : this.#begun[dice.below(this.#begun.length)];
    const other = this.#begun[dice.below(Math.max(1, this.#begun.length))];
    if (one === undefined || other === undefined || dice.chance(0.15)) return this.#begin();
    const kind = dice.below(100);
    if (kind < 35) return this.#send(one, other);
    if (kind < 50) return this.#sign(one);
    if (kind < 75) return this.#commit(one, other);
    if (kind < 82) return void (await this.#post('uploads/discard', { ticket: one.ticket }));
    if (kind < 88) return void (await this.#post('uploads/resume', { ticket: one.ticket }));
    const url = `${BASE}/files/${dice.chance(0.5) ? 'pending/' : ''}${keyIn(one) ?? 'x'}`;
    if (kind < 94 && one.key === null) return void (await this.#post('files/remove', { url }));
    return this.#readable(url, one);
  }

  async #begin(): Promise<void> {
    const dice = this.#dice;
    const bytes = dice.bytes(dice.below(3_000));
    const [size, contentType] = [bytes.length, dice.pick(TYPES)];
    const answer = await this.#post('uploads', {
      size: dice.chance(0.8) ? size : null,
      contentType,
      name: dice.pick(['cat.jpg', 'page.html', '../../etc/passwd']),
      source: 0,
      uid: dice.below(9),
      mid: '1',
      transferId: `t${dice.below(1e9)}`,
      digests: dice.chance(0.7) ? { crc32: crcOf(bytes) } : {},
    });
    const { ticket, signed } = (answer ?? {}) as { ticket?: string; signed?: SignedPart[] };
    if (ticket === undefined) return;
    this.#begun.push({
      ticket,
      size,
      contentType,
      bytes,
      signed: [...(signed ?? [])],
      key: null,
      refused: false,
    });
    if (this.#begun.length > AT_ONCE) this.#begun.splice(0, 1);
  }

  async #sign(one: Begun): Promise<void> {
    const dice = this.#dice;
    const bytes = dice.chance(0.7) ? one.bytes : dice.bytes(dice.chance(0.5) ? one.size : dice.below(3_000));
    const parts = [
      { number: dice.chance(0.9) ? 1 : 2, size: bytes.length, digests: { crc32: crcOf(bytes) } },
    ];
    const over = one.key !== null || one.refused;
    const answer = await this.#post('uploads/sign', { ticket: one.ticket, parts });
    const { parts: signed } = (answer ?? {}) as { parts?: SignedPart[] };
    if (over && signed !== undefined) this.#faults.push('something was signed for an upload that was over');
    one.signed.push(...(signed ?? []));
  }

  /** A PUT to the store: as it was signed, or with other bytes, more of them, other headers, or another's path. */
  async #send(one: Begun, other: Begun): Promise<void> {
    const dice = this.#dice;
    const part = one.signed[dice.below(Math.max(1, one.signed.length))];
    if (part === undefined) return this.#sign(one);
    const bytes = dice.chance(0.6) ? one.bytes : dice.bytes(dice.chance(0.5) ? one.size : dice.below(4_000));
    const headers: Record<string, string> = { ...part.request.headers };
    if (dice.chance(0.1)) headers['content-type'] = 'text/html';
    if (dice.chance(0.1)) headers['x-memory-meta-mesibouid'] = '1';
    if (dice.chance(0.1)) headers['content-encoding'] = 'gzip';
    if (dice.chance(0.3)) headers['content-length'] = String(bytes.length);
    const theirs = other.signed[0]?.request.url;
    const [path, query] = [(theirs ?? part.request.url).split('?')[0], part.request.url.split('?')[1]];
    const url = dice.chance(0.1) ? `${path}?${query}` : part.request.url;
    await this.#store({ ...part.request, url, headers }, bytes);
  }

  async #store(request: SignedRequest, bytes: Buffer): Promise<void> {
    const body = { size: bytes.length, slices: () => [bytes] };
    const { method, url, headers, timeToLive: _ } = request;
    const signal = new AbortController().signal;
    const answer = await this.#world.store.http.send({ method, url, headers, body, signal });
    await answer.discard();
    this.#count('send', answer.status);
  }

  async #commit(one: Begun, other: Begun): Promise<void> {
    const dice = this.#dice;
    const { bytes } = dice.chance(0.75) ? one : other;
    const size = dice.chance(0.75) ? bytes.length : dice.below(4_000);
    const digests = { crc32: crcOf(dice.chance(0.85) ? bytes : dice.bytes(bytes.length)) };
    const parts = dice.chance(0.95) ? [{ number: 1, size, digests }] : [];
    const answer = await this.#post('uploads/commit', {
      ticket: one.ticket,
      manifest: { size, parts, digests: dice.chance(0.5) ? digests : {} },
    });
    const { state, object } = (answer ?? {}) as { state?: string; object?: { key: string } };
    if (state !== undefined) this.#did.set(`commit ${state}`, (this.#did.get(`commit ${state}`) ?? 0) + 1);
    if (state === 'refused' && one.key === null) one.refused = true;
    if (state !== 'stored' || object === undefined) return;
    if (one.refused) this.#faults.push('what was refused was stored afterwards');
    one.key = object.key;
    this.#same(one);
  }

  /** A committed file is as it was begun, whatever came later. */
  #same({ key, contentType, size }: Begun): void {
    const found = key === null ? null : this.#world.store.objects.inspect(key);
    if (found === null) this.#faults.push('a committed file is gone');
    else if (found.contentType !== contentType || found.bytes.size > size) {
      this.#faults.push(`a committed file is ${found.bytes.size} bytes of ${found.contentType}`);
    }
  }

  /** Nobody is given what was not committed; what was, its recipient is. */
  async #readable(url: string, one: Begun): Promise<void> {
    const waits = url.startsWith(`${BASE}/files/pending/`);
    const headers = { authorization: `Bearer ${TOKEN}` };
    const answer = await this.#world.fetch(new Request(`${url}?via=redirect`, { headers }));
    await answer.body?.cancel();
    this.#count('get', answer.status);
    if (answer.status < 400 && (waits || one.key === null)) this.#faults.push(`${url} was readable`);
    const plan = await this.#post('files/read', { url });
    if (plan !== null && (waits || one.key === null)) this.#faults.push(`a read of ${url} was signed`);
    const direct = one.signed[0]?.request.url.split('?')[0];
    if (direct === undefined) return;
    const signal = new AbortController().signal;
    const store = await this.#world.store.http.send({ method: 'GET', url: direct, headers: {}, signal });
    await store.discard();
    if (store.status < 400) this.#faults.push('the store gave it to a stranger');
  }

  /** Everything once more, at the end of a round. */
  async #look(): Promise<void> {
    const stored = new Set(
      this.#world.events.flatMap((event) => (event.type === 'stored' ? [event.file.key] : [])),
    );
    for (const one of this.#begun) {
      if (one.key !== null) this.#same(one);
      const key = keyIn(one);
      if (key === null) continue;
      for (const name of [key, `pending/${key}`]) await this.#readable(`${BASE}/files/${name}`, one);
    }
    for (const key of this.#world.store.objects.keys()) {
      if (!key.startsWith('pending/') && !stored.has(key)) this.#faults.push(`${key} was never committed`);
    }
  }

  async #post(call: string, body: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const request = new Request(`${BASE}/v1/${call}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    const answer = await this.#world.fetch(request);
    const text = await answer.text();
    this.#count(call, answer.status);
    if (answer.status >= 500) this.#faults.push(`${call}: ${answer.status} ${text}`);
    return answer.status === 200 ? JSON.parse(text) : null;
  }

  #count(what: string, status: number): void {
    const name = `${what} ${status}`;
    this.#did.set(name, (this.#did.get(name) ?? 0) + 1);
  }
}

/** The key that an upload has or will have, as its signed URL shows it. */
function keyIn({ key, signed }: Begun): string | null {
  const url = signed[0]?.request.url;
  return key ?? /\d+\/\d{4}\/\d\d\/[0-9a-f]{32}\/[^?]+/.exec(url ?? '')?.[0] ?? null;
}

function crcOf(bytes: Uint8Array): string {
  const digest = new DataView(new ArrayBuffer(4));
  digest.setUint32(0, crc32(bytes));
  return toBase64(new Uint8Array(digest.buffer));
}
