/** The body of a request: its size, and slices that can be taken again for each attempt. */
export interface HttpBody {
  /** Bytes. */
  readonly size: number;
  /** The bytes in order, in pieces of any size, none empty. */
  slices(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  /** Ends the request; the socket is closed at once. */
  readonly signal: AbortSignal;
  /** Connect to public addresses only, judged by the address connected to, never by the name. Default false. */
  readonly publicOnly?: boolean;
  /** Called when bytes of the body were handed to the network. */
  readonly onSent?: (bytes: number) => void;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; values of repeated headers are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Hands over the body, chunk by chunk, in order. A chunk is valid only until the callback returns or its promise
   * resolves. The promise of `consume` resolves at the end of the body, and rejects with `network` when it is cut off.
   */
  consume(onChunk: (chunk: Uint8Array) => void | Promise<void>): Promise<void>;
  /** The first bytes of the body as text; the rest is thrown away. `limit` in bytes. */
  text(limit: number): Promise<string>;
  /**
   * Throws the body away, and gives the connection back where that is cheap, else closes it. Nothing happens when the
   * body was taken already.
   */
  discard(): Promise<void>;
}

/**
 * Plain HTTP, one request at a time, no retry, no redirect. `send` resolves when the status and headers are there, and
 * rejects with a `TransferError`: `network`, `host-not-found`, `tls`, `timeout`, `address-forbidden`, `stopped`.
 */
export interface HttpPort {
  send(request: HttpRequest): Promise<HttpAnswer>;
}
