import { type Signer, TransferError } from '@mesibo-files/handler-core';
import type {
  HttpAnswer,
  HttpPort,
  HttpRequest,
  RandomPort,
  SignerCall,
} from '@mesibo-files/handler-core/provider';
import type { Life } from './life.ts';
import type { Timeline } from './timeline.ts';

/** How a device's link is: quick, slow, breaking now and then, so dead that nobody notices, or known to be down. */
export type LinkState = 'fast' | 'slow' | 'breaking' | 'silent' | 'down';

/**
 * How a server is: well; refusing half of all with 503; failing each with 500; doing its work and then losing the answer
 * half of the time; not listening at all; doing its work and never answering.
 */
export type ServerState = 'well' | 'busy' | 'failing' | 'losing' | 'deaf' | 'mute';

/** A server of the world. */
export interface Server {
  readonly name: string;
  state: ServerState;
  /** What it does with a request that arrived from a process, and left it at this time. */
  serve(request: HttpRequest, by: Life, leftAt: number): Promise<HttpAnswer>;
  /** Told of each answer that arrived at the process. */
  answered?(request: HttpRequest, status: number, to: Life): void;
}

/** The fate of one request. `after`: the share of the body that still goes through. */
type Fate =
  | { readonly do: 'arrive' | 'refuse' | 'vanish' | 'lose-answer' | 'never-answer' }
  | { readonly do: 'cut-request' | 'cut-answer'; readonly after: number }
  | { readonly do: 'answer'; readonly status: 500 | 503 };

/** What a call of a store by its SDK ends with when the store does not answer, and after how many milliseconds. */
const SDK_GIVES_UP_AFTER = 60_000;

/** What a server is asked goes on, whatever becomes of who asked. */
const NEVER: AbortSignal = new AbortController().signal;

/** Bytes of an answer that arrive at once. */
const CHUNK = 24;

/** The network of the world, as one life of a process sees it. */
export class Network {
  readonly #timeline: Timeline;
  readonly #random: RandomPort;
  readonly #life: Life;
  readonly #link: () => LinkState;

  constructor(timeline: Timeline, random: RandomPort, life: Life, link: () => LinkState) {
    this.#timeline = timeline;
    this.#random = random;
    this.#life = life;
    this.#link = link;
  }

  /** The engine's way to servers. */
  http(serverOf: (url: string) => Server | undefined): HttpPort {
    return {
      send: (request) => {
        const server = serverOf(request.url);
        if (server === undefined)
          return Promise.reject(new TransferError('host-not-found', 'no such server'));
        return this.#send(request, server);
      },
    };
  }

  /** One call of a signer, as an SDK makes it: it has no watchdog, and gives up by itself in the end. */
  async call<T>(
    server: Server,
    doing: string,
    call: SignerCall,
    work: (call: SignerCall) => Promise<T>,
  ): Promise<T> {
    if (call.signal.aborted) throw stopReason(call.signal);
    const socket = this.#open(`${server.name} ${doing}`, call.signal);
    try {
      const fate = this.#fate(server);
      await this.#wait(this.#latency(), call.signal);
      if (fate.do === 'refuse' || fate.do === 'cut-request') throw broken(doing);
      if (fate.do === 'vanish') return await this.#nothing(call.signal, doing);
      if (fate.do === 'answer') {
        throw new TransferError(
          fate.status === 503 ? 'throttled' : 'server-error',
          `${doing}: ${fate.status}`,
        );
      }
      const working = this.#there(() => work({ ...call, signal: NEVER }));
      if (fate.do === 'never-answer') {
        working.catch(() => undefined);
        return await this.#nothing(call.signal, doing);
      }
      const result = await this.#arrival(working, call.signal);
      await this.#wait(this.#latency(), call.signal);
      if (fate.do !== 'arrive') throw broken(doing);
      return result;
    } finally {
      socket.close();
    }
  }

  async #send(request: HttpRequest, server: Server): Promise<HttpAnswer> {
    const { signal } = request;
    if (signal.aborted) throw stopReason(signal);
    const doing = `${request.method} ${server.name}`;
    const socket = this.#open(doing, signal);
    const leaving = { server, request, by: this.#life, leftAt: this.#timeline.now };
    try {
      const fate = this.#fate(server);
      await this.#wait(this.#latency(), signal);
      if (fate.do === 'refuse') throw broken(doing);
      const arrived = await this.#upload(leaving, fate);
      if (fate.do === 'vanish') return await this.#nothing(signal, doing);
      const working = this.#there(() =>
        fate.do === 'answer' ? Promise.resolve(refusal(fate.status)) : received(leaving, arrived, true),
      );
      if (fate.do === 'never-answer') {
        working.catch(() => undefined);
        return await this.#nothing(signal, doing);
      }
      const answer = await this.#arrival(working, signal);
      await this.#wait(this.#latency(), signal);
      if (fate.do === 'lose-answer') throw broken(doing);
      server.answered?.(request, answer.status, this.#life);
      const cut =
        fate.do === 'cut-answer' ? Math.floor(fate.after * answer.bytes.length) : Number.POSITIVE_INFINITY;
      return this.#answer(answer, cut, signal, socket);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** The body goes out, slice by slice. What of it went out before the end still arrives. */
  async #upload(leaving: Leaving, fate: Fate): Promise<Uint8Array> {
    const { request } = leaving;
    const { body, signal } = request;
    if (body === undefined) return new Uint8Array(0);
    const bytes = new Uint8Array(body.size);
    const most = fate.do === 'cut-request' ? Math.floor(fate.after * body.size) : Number.POSITIVE_INFINITY;
    let at = 0;
    try {
      for await (const slice of body.slices()) {
        await this.#wait(this.#latency() / 4, signal);
        const taken = slice.subarray(0, Math.max(0, most - at));
        bytes.set(taken, at);
        at += taken.length;
        if (taken.length < slice.length) throw broken('a request');
        request.onSent?.(slice.length);
      }
      if (fate.do === 'cut-request') throw broken('a request');
      return bytes;
    } catch (error) {
      const part = bytes.slice(0, at);
      if (fate.do !== 'vanish') this.#there(() => received(leaving, part, false)).catch(() => undefined);
      throw error;
    }
  }

  #answer(answer: Received, cut: number, signal: AbortSignal, socket: Socket): HttpAnswer {
    const { status, headers, bytes } = answer;
    const consume: HttpAnswer['consume'] = async (onChunk) => {
      try {
        for (let at = 0; at < bytes.length; at += CHUNK) {
          await this.#wait(this.#latency() / 4, signal);
          if (at + CHUNK > cut) {
            if (cut > at) await onChunk(bytes.slice(at, cut));
            throw broken('an answer');
          }
          const lent = bytes.slice(at, at + CHUNK);
          await onChunk(lent);
          lent.fill(0xaa);
        }
        if (cut <= bytes.length) throw broken('an answer');
        if (signal.aborted) throw stopReason(signal);
      } finally {
        socket.close();
      }
    };
    return {
      status,
      headers,
      consume,
      async text(limit) {
        let text = '';
        await consume((chunk) => {
          text += new TextDecoder().decode(chunk);
        });
        return text.slice(0, limit);
      },
      async discard() {
        socket.close();
      },
    };
  }

  /** Something is done by the server, whatever becomes of who asked. */
  #there<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#timeline.after(this.#latency(), () => work().then(resolve, reject));
    });
  }

  /** What the server answers, if somebody is left to hear it. */
  #arrival<T>(working: Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#unlessStopped(signal, (resolve, reject) => {
      working.then(
        (result) => this.#life.alive && resolve(result),
        (error) => this.#life.alive && reject(error),
      );
      return () => undefined;
    });
  }

  /** Nobody answers. */
  #nothing(signal: AbortSignal, doing: string): Promise<never> {
    return this.#unlessStopped(signal, (_, reject) =>
      this.#life.after(SDK_GIVES_UP_AFTER, () => reject(new TransferError('timeout', `${doing}: no answer`))),
    );
  }

  #wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return this.#unlessStopped(signal, (resolve) => this.#life.after(milliseconds, resolve));
  }

  #unlessStopped<T>(
    signal: AbortSignal,
    begin: (resolve: (result: T) => void, reject: (error: unknown) => void) => () => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(stopReason(signal));
      const onAbort = (): void => {
        cancel();
        reject(stopReason(signal));
      };
      const over = (): void => signal.removeEventListener('abort', onAbort);
      const cancel = begin(
        (result) => {
          over();
          resolve(result);
        },
        (error) => {
          over();
          reject(error);
        },
      );
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #open(doing: string, signal: AbortSignal): Socket {
    const { sockets } = this.#life;
    const socket = { doing };
    sockets.add(socket);
    const close = (): void => {
      sockets.delete(socket);
      signal.removeEventListener('abort', close);
    };
    signal.addEventListener('abort', close, { once: true });
    return { close };
  }

  #latency(): number {
    const share = this.#random.fraction();
    return this.#link() === 'slow' ? 100 + share * 2000 : 1 + share * 20;
  }

  #fate(server: Server): Fate {
    const [chance, after] = [this.#random.fraction(), this.#random.fraction()];
    const link = this.#link();
    if (link === 'down') return { do: 'refuse' };
    if (link === 'silent') return { do: 'vanish' };
    if (link === 'breaking' && chance < 0.5) {
      if (chance < 0.1) return { do: 'refuse' };
      if (chance < 0.2) return { do: 'lose-answer' };
      return { do: chance < 0.35 ? 'cut-request' : 'cut-answer', after };
    }
    switch (server.state) {
      case 'busy':
        return chance < 0.5 ? { do: 'answer', status: 503 } : { do: 'arrive' };
      case 'failing':
        return { do: 'answer', status: 500 };
      case 'losing':
        return { do: chance < 0.5 ? 'lose-answer' : 'arrive' };
      case 'deaf':
        return { do: 'vanish' };
      case 'mute':
        return { do: 'never-answer' };
      default:
        return { do: 'arrive' };
    }
  }
}

interface Socket {
  readonly close: () => void;
}

/** A request on its way. */
interface Leaving {
  readonly server: Server;
  readonly request: HttpRequest;
  readonly by: Life;
  readonly leftAt: number;
}

interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** A server is given what arrived of a request. Where that is not all, its connection broke. */
async function received(
  { server, request, by, leftAt }: Leaving,
  arrived: Uint8Array,
  whole: boolean,
): Promise<Received> {
  const { method, url, headers, body } = request;
  const answer = await server.serve(
    {
      method,
      url,
      headers,
      signal: NEVER,
      ...(body === undefined
        ? {}
        : {
            body: {
              size: body.size,
              async *slices() {
                if (arrived.length > 0) yield arrived;
                if (!whole) throw broken('a request');
              },
            },
          }),
    },
    by,
    leftAt,
  );
  const chunks: Uint8Array[] = [];
  let size = 0;
  await answer.consume((chunk) => {
    chunks.push(chunk.slice());
    size += chunk.length;
  });
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { status: answer.status, headers: answer.headers, bytes };
}

function refusal(status: number): Received {
  return {
    status,
    headers: status === 503 ? { 'retry-after': '1' } : {},
    bytes: new TextEncoder().encode(status === 503 ? '<Code>SlowDown</Code>' : '<Code>InternalError</Code>'),
  };
}

function broken(doing: string): TransferError {
  return new TransferError('network', `${doing}: the connection broke`);
}

function stopReason(signal: AbortSignal): TransferError {
  return TransferError.is(signal.reason)
    ? signal.reason
    : new TransferError('stopped', 'stopped', { cause: signal.reason });
}

/** Told of each call of a signer that was answered. */
export type SignerCalls = (
  method: 'begin' | 'resume' | 'commit' | 'discard',
  args: readonly unknown[],
  result: unknown,
) => void;

/** A signer whose calls go over the network. */
export function signerOver(network: Network, server: Server, signer: Signer, onCall: SignerCalls): Signer {
  const calling = async <T>(
    method: 'begin' | 'resume' | 'commit' | 'discard',
    args: readonly unknown[],
    call: SignerCall,
    work: (call: SignerCall) => Promise<T>,
  ): Promise<T> => {
    const result = await network.call(server, method, call, work);
    onCall(method, args, result);
    return result;
  };
  return {
    ...signer,
    capabilities: (call) => network.call(server, 'capabilities', call, (there) => signer.capabilities(there)),
    begin: (facts, call) => calling('begin', [facts], call, (there) => signer.begin(facts, there)),
    sign: (ticket, wanted, call) =>
      network.call(server, 'sign', call, (there) => signer.sign(ticket, wanted, there)),
    resume: (ticket, call) => calling('resume', [ticket], call, (there) => signer.resume(ticket, there)),
    commit: (ticket, manifest, call) =>
      calling('commit', [ticket, manifest], call, (there) => signer.commit(ticket, manifest, there)),
    discard: (ticket, call) => calling('discard', [ticket], call, (there) => signer.discard(ticket, there)),
    read: (url, call) =>
      network.call(server, 'read', call, (there) => signer.read(url, { ...call, ...there })),
    remove: (url, call) => network.call(server, 'remove', call, (there) => signer.remove(url, there)),
    owns: (url) => signer.owns(url),
    async *unfinished(olderThan, call) {
      const listed = await network.call(server, 'unfinished', call, async (there) => {
        const found = [];
        for await (const one of signer.unfinished(olderThan, there)) found.push(one);
        return found;
      });
      yield* listed;
    },
  };
}
