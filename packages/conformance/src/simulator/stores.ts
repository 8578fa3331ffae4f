import type { Signer } from '@mesibo-files/handler-core';
import { nodeHash } from '@mesibo-files/handler-core/node';
import {
  type Clock,
  fromBase64Url,
  type HttpAnswer,
  type HttpRequest,
} from '@mesibo-files/handler-core/provider';
import { type MemoryStore, memoryStore, seededRandom } from '@mesibo-files/handler-core/testing';
import type { Life } from './life.ts';
import type { Server, ServerState } from './network.ts';
import type { StoreSetting } from './steps.ts';

/** Bytes of a part, a chunk and a range in this world. */
export const PART = 16;

/** What a ticket of the memory store says, as far as the world looks. */
export interface TicketView {
  readonly key: string;
  readonly mid: string;
  readonly size: number;
  readonly upload: string | null;
  readonly transferId: string;
  readonly name: string;
  /** Milliseconds since 1970, by the signer's clock. */
  readonly begunAt: number;
}

/** Reads a ticket of the memory store. */
export function viewTicket(ticket: string): TicketView {
  const bytes = fromBase64Url(ticket.split('.')[0] ?? '') ?? new Uint8Array(0);
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** A part that the store holds, and the lives that were told so, with when. */
interface HeldPart {
  readonly bytes: string;
  readonly known: Map<Life, number>;
}

/** A store of the world: core's memory store, that watches whether anything is sent to it that it told of before. */
export class Store implements Server {
  readonly name: string;
  readonly memory: MemoryStore;
  state: ServerState = 'well';
  readonly #setting: StoreSetting;
  readonly #fail: (kind: string, detail: string) => void;
  readonly #parts = new Map<string, HeldPart>();

  constructor(
    name: string,
    setting: StoreSetting,
    clock: Clock,
    chance: number,
    fail: (kind: string, detail: string) => void,
  ) {
    this.name = name;
    this.#setting = setting;
    this.#fail = fail;
    this.memory = memoryStore({ bucket: name, clock, random: seededRandom(chance), hash: nodeHash() });
  }

  /** A signer of its own: two of them are two objects of one store. */
  signer(): Signer {
    const signer = this.memory.signer({
      ...this.#setting,
      partSize: PART,
      singleUpTo: this.#setting.shape === 'single' ? 1000 : 10,
    });
    return {
      ...signer,
      discard: async (ticket, call) => {
        await signer.discard(ticket, call);
        this.#forget(viewTicket(ticket));
      },
    };
  }

  #forget({ upload }: TicketView): void {
    for (const part of this.#parts.keys()) if (part.startsWith(`${upload} `)) this.#parts.delete(part);
  }

  async serve(request: HttpRequest, by: Life, leftAt: number): Promise<HttpAnswer> {
    const part = partOf(request);
    if (part === null) return this.memory.http.send(request);
    let bytes = '';
    for await (const slice of request.body?.slices() ?? []) bytes += String.fromCharCode(...slice);
    const held = this.#parts.get(part);
    // What was on its way already when the process heard of the part may arrive.
    const told = held?.known.get(by) ?? Number.POSITIVE_INFINITY;
    if (held?.bytes === bytes && told <= leftAt && this.#setting.digest !== null) {
      this.#fail('sent again', `${by.name} sent part ${part}, which it knew to be stored`);
    }
    const body = {
      size: request.body?.size ?? 0,
      slices: () => [Uint8Array.from(bytes, (one) => one.charCodeAt(0))],
    };
    const answer = await this.memory.http.send(bytes.length > 0 ? { ...request, body } : request);
    if (answer.status === 200)
      this.#parts.set(part, { bytes, known: held?.bytes === bytes ? held.known : new Map() });
    return answer;
  }

  answered(request: HttpRequest, status: number, to: Life): void {
    const part = partOf(request);
    if (part !== null && status === 200) this.#tell(part, to);
  }

  /** A life was told which parts are stored. */
  listed(ticket: string, numbers: readonly number[], to: Life): void {
    const { upload } = viewTicket(ticket);
    for (const number of numbers) this.#tell(`${upload} ${number}`, to);
  }

  #tell(part: string, to: Life): void {
    const known = this.#parts.get(part)?.known;
    if (known?.has(to) === false) known.set(to, to.clock.monotonic());
  }

  /** A life was told that these parts must be sent again. */
  missed(ticket: string, numbers: readonly number[], to: Life): void {
    const { upload } = viewTicket(ticket);
    for (const number of numbers) this.#parts.get(`${upload} ${number}`)?.known.delete(to);
  }

  /** Whether it holds anything that was acknowledged for an upload: a part, or the whole object. */
  holds({ upload, key, transferId }: TicketView): boolean {
    if (this.memory.objects.inspect(key)?.meta.mesibotransfer === transferId) return true;
    return [...this.#parts].some(([part, { known }]) => part.startsWith(`${upload} `) && known.size > 0);
  }

  /** Tickets of all uploads that were begun and not ended. */
  async unfinished(): Promise<readonly string[]> {
    const found: string[] = [];
    const call = { signal: new AbortController().signal };
    for await (const { ticket } of this.memory.signer().unfinished(-1, call)) found.push(ticket);
    return found;
  }
}

function partOf({ method, url }: HttpRequest): string | null {
  const at = url.indexOf('?');
  if (method !== 'PUT' || at < 0) return null;
  const query = new URLSearchParams(url.slice(at));
  const upload = query.get('upload');
  return upload === null ? null : `${upload} ${query.get('part')}`;
}
