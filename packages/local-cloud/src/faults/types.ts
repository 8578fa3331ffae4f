/** What a fault can match of a request. */
export interface FaultRequest {
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Selects requests; an absent field matches all. */
export interface FaultMatch {
  /** In capitals. */
  readonly method?: string;
  /** Tested against the path without the query. */
  readonly path?: RegExp | ((path: string) => boolean);
  /** Name of a query parameter that must be there, such as `partNumber`. */
  readonly query?: string;
  /** Anything else. */
  readonly request?: (request: FaultRequest) => boolean;
}

/** What happens to a matching request. */
export type FaultAction =
  /** Forwards everything, then closes the client's connection without a byte of the answer. */
  | { readonly kind: 'lose-answer' }
  /** Closes the connection at once, forwarding nothing. */
  | { readonly kind: 'close-before' }
  /** Closes both connections when that many bytes of the body were forwarded. */
  | { readonly kind: 'close-after-request-bytes'; readonly bytes: number }
  /** Closes the client's connection after that many bytes of the answer's body. */
  | { readonly kind: 'truncate-answer'; readonly afterBytes: number }
  /** Reads the request, forwards nothing and never answers. */
  | { readonly kind: 'hang' }
  /** Sends that many bytes of the answer's body, then no more, and keeps the connection open. */
  | { readonly kind: 'stall-answer'; readonly afterBytes: number }
  /** The proxy answers; the store sees nothing. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Inverts the byte at that offset of the answer's body. */
  | { readonly kind: 'corrupt-answer'; readonly offset: number }
  /** Inverts the byte at that offset of the request's body. */
  | { readonly kind: 'corrupt-request'; readonly offset: number }
  /** Waits before forwarding. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Bounds the rate of each body. */
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number };

/** A fault as data. Several that match one request all act on it. */
export interface Fault {
  readonly match?: FaultMatch;
  /** Matching requests to let pass first. Default: 0. */
  readonly skip?: number;
  /** Requests to act on after that; `Infinity` for all. Default: 1. */
  readonly times?: number;
  readonly action: FaultAction;
}

/** A fault that was added. */
export interface ActiveFault {
  /** Requests that matched, acted on or not. */
  readonly matched: number;
  /** Requests it acted on. */
  readonly applied: number;
  /** Ends it; harmless when done twice. */
  readonly remove: () => void;
}

/** A request the proxy saw. It holds no header and no query value, so no secret. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** Names of the query parameters, in order. */
  readonly queryNames: readonly string[];
  /** Bytes of its body received so far. */
  readonly requestBytes: number;
  /** Bytes of the answer's body sent so far. */
  readonly answerBytes: number;
  /** Status sent to the client; `undefined` as long as none was. */
  readonly status: number | undefined;
  /** Kinds of the faults that acted on it. */
  readonly faults: ReadonlyArray<FaultAction['kind']>;
}
