import type { Credential } from './authorise.ts';

/** One request, whatever brought it: what routes need of it beside its body. */
export interface RequestScope {
  /** From `X-Request-Id` where it is sane, else made here; answered in the same header. */
  readonly requestId: string;
  readonly credential: Credential;
  /** Whose connection it is, as limits count it: an IPv4 address, or the first 64 bits of an IPv6 one; null where it is not known. */
  readonly address: string | null;
  /** Ends when the client goes away, or the server has waited long enough. */
  readonly signal: AbortSignal;
  /** Milliseconds, monotonic, when it came. */
  readonly startedAt: number;
  /** Filled in by the route, for the log. `key`: of the file that is asked for. */
  readonly notes: { uid: number | null; bytes: number; key: string | null };
}
