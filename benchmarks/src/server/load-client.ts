import { connect, type Socket } from 'node:net';

/** What a load of requests came to. */
export interface Load {
  /** Milliseconds of each answered request, in no order. */
  readonly latencies: readonly number[];
  /** Answers of no success, by status. */
  readonly refused: ReadonlyMap<number, number>;
  /** Connections that broke before an answer. */
  readonly broken: number;
  readonly seconds: number;
}

/** Whole requests, as bytes: the client's own work must not be what is measured. */
export type NextRequest = () => Buffer;

/** Sends requests over so many connections for so many seconds, each the next one when it has its answer. */
export async function sendLoad(
  origin: string,
  connections: number,
  seconds: number,
  next: NextRequest,
): Promise<Load> {
  const latencies: number[] = [];
  const refused = new Map<number, number>();
  let broken = 0;
  const began = performance.now();
  const until = began + seconds * 1000;
  const { hostname, port } = new URL(origin);
  const one = async (): Promise<void> => {
    let line: Line | null = null;
    while (performance.now() < until) {
      line ??= new Line(connect({ host: hostname, port: Number(port), noDelay: true }));
      const sent = performance.now();
      const answer = await line.ask(next());
      if (answer === null) {
        broken += 1;
        line = null;
        continue;
      }
      if (answer.status < 300) latencies.push(performance.now() - sent);
      else refused.set(answer.status, (refused.get(answer.status) ?? 0) + 1);
      if (answer.closes) {
        line.end();
        line = null;
      }
    }
    line?.end();
  };
  await Promise.all(Array.from({ length: connections }, one));
  return { latencies, refused, broken, seconds: (performance.now() - began) / 1000 };
}

export interface LineAnswer {
  readonly status: number;
  readonly closes: boolean;
  readonly location: string | null;
  readonly body: Buffer;
}

/** One connection, with no more of HTTP than these servers answer: each answer states its length. */
export class Line {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #have = 0;
  #need = 0;
  #head: { readonly status: number; readonly text: string; readonly length: number } | null = null;
  #answered: ((answer: LineAnswer | null) => void) | null = null;
  #over = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#over = true;
      this.#answered?.(null);
    });
  }

  /** Null when the connection broke. */
  ask(request: Buffer): Promise<LineAnswer | null> {
    if (this.#over) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#socket.write(request);
    });
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#have += chunk.length;
    if (this.#head === null) this.#readHead();
    if (this.#head === null || this.#have < this.#need) return;
    const { status, text, length } = this.#head;
    const body = Buffer.concat(this.#chunks).subarray(this.#need - length);
    this.#chunks = [];
    this.#have = 0;
    this.#head = null;
    const answered = this.#answered;
    this.#answered = null;
    const location = /\r\nlocation: (\S+)/i.exec(text)?.[1] ?? null;
    answered?.({ status, closes: /\r\nconnection: close/i.test(text), location, body });
  }

  #readHead(): void {
    const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    const end = all.indexOf('\r\n\r\n');
    if (end < 0) return;
    const text = all.toString('latin1', 0, end);
    const status = Number(text.slice(9, 12));
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
    this.#head = { status, text, length };
    this.#need = end + 4 + length;
  }
}
