/** Harm done on purpose between the engine and the store. It affects only requests that the signer signed for the engine. */
export interface NetworkFault {
  /**
   * - `hang`: the request is taken and never answered.
   * - `close`: the connection closes after `bytes` of the upload's or of the download's body.
   * - `lose-answer`: the store carries the request out, and the connection closes instead of the answer.
   * - `server-error`: the answer is 503, with `retryAfter` when given; the store sees nothing.
   * - `corrupt`: one byte of the body, up or down, is another on arrival.
   * - `rubbish`: the answer is 200 with a page of HTML, as a captive portal gives; the store sees nothing.
   * - `delay`: the request waits `milliseconds` first.
   */
  readonly kind: 'hang' | 'close' | 'lose-answer' | 'server-error' | 'corrupt' | 'rubbish' | 'delay';
  /** Affects requests of this direction. */
  readonly direction: 'upload' | 'download';
  /** Requests to let through first. Default 0. */
  readonly skip?: number;
  /** Requests to act on then. Default 1. */
  readonly times?: number;
  /** For `close`. Default 0. */
  readonly bytes?: number;
  /** For `server-error`, in seconds. */
  readonly retryAfter?: number;
  /** For `delay`. Default 0. */
  readonly milliseconds?: number;
}

/** One request that was seen on its way. */
export interface CarriedRequest {
  readonly direction: 'upload' | 'download';
  /** Bytes of its body that went up. */
  readonly sent: number;
  /** The status that the engine got; null as long as it got none. */
  readonly status: number | null;
}

/** Control over the way between engine and store: core's `faultyHttp()` in front of any `HttpPort`, or a real proxy. */
export interface NetworkFaults {
  add(fault: NetworkFault): void;
  /** Ends all faults. Requests that are held stay held. */
  clear(): void;
  /** Every request the signer signed for the engine, in order. */
  readonly requests: readonly CarriedRequest[];
  /** Requests under way, or connections that are open: idle ones may be among these. */
  open(): number;
}
