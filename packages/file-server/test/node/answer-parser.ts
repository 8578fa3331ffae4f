/** An HTTP answer as it was on the wire. */
export interface WireAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Reads answers out of a connection's bytes: Content-Length, chunked, or up to the end. */
export class AnswerParser {
  #bytes = Buffer.alloc(0);

  push(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }

  /** Whether there is something that is no whole answer yet. */
  get rest(): boolean {
    return this.#bytes.length > 0;
  }

  /** The next whole answer, or null. `ended`: nothing more will come. `head`: it answers a HEAD, and has no body. */
  next(ended: boolean, head: boolean = false): WireAnswer | null {
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end < 0) return null;
    const [first = '', ...lines] = this.#bytes.subarray(0, end).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
    if (Number.isNaN(status)) throw new Error(`no HTTP: ${first}`);
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 2),
      ]),
    );
    if (status === 100) {
      this.#bytes = this.#bytes.subarray(end + 4);
      return this.next(ended, head);
    }
    const taken = head ? NOTHING : bodyOf(this.#bytes.subarray(end + 4), status, headers, ended);
    if (taken === null) return null;
    this.#bytes = this.#bytes.subarray(end + 4 + taken.length);
    return { status, headers, body: taken.body };
  }
}

interface Taken {
  readonly body: string;
  /** Bytes that it took. */
  readonly length: number;
}

const NOTHING: Taken = { body: '', length: 0 };

function bodyOf(
  bytes: Buffer,
  status: number,
  headers: Readonly<Record<string, string>>,
  ended: boolean,
): Taken | null {
  if (status === 204 || status === 304) return NOTHING;
  if (headers['transfer-encoding'] === 'chunked') return chunked(bytes);
  const length = headers['content-length'];
  if (length === undefined) return ended ? { body: bytes.toString(), length: bytes.length } : null;
  const size = Number(length);
  return bytes.length < size ? null : { body: bytes.subarray(0, size).toString(), length: size };
}

function chunked(bytes: Buffer): Taken | null {
  let at = 0;
  let body = '';
  for (;;) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return null;
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16);
    if (bytes.length < line + 2 + size + 2) return null;
    body += bytes.subarray(line + 2, line + 2 + size).toString();
    at = line + 2 + size + 2;
    if (size === 0) return { body, length: at };
  }
}
