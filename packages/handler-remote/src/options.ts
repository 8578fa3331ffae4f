/** What {@link remoteSigner} takes. */
export interface RemoteOptions {
  /** Base URL of the file server, as in `https://files.example.com` or `https://example.com/mesibo`. */
  readonly baseUrl: string;
  /**
   * The user's credential, as the server's owner wants it; a function is asked before each call, and once more after
   * the server has refused what it answered. Printable ASCII with no space.
   */
  readonly token: string | (() => string | Promise<string>);
  /** Milliseconds that one call to the server may take, from 1 to an hour. Default one minute. */
  readonly timeout?: number;
  /** Carries the calls to the server: small JSON, never a file. Default: the platform's own `fetch`. */
  readonly fetch?: (url: string, request: RequestInit) => Promise<Response>;
}
