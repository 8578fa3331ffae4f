import type { Credential } from '../context/authorise.ts';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import { countedAddress, forwardedAddress } from './address.ts';

/** A header by its name in lower case. */
type HeaderReader = (name: string) => string | null;

/** What a route needs of a request beside its body, whatever brought it. */
export function requestScope(
  { clock, addressHeader }: ServerContext,
  header: HeaderReader,
  signal: AbortSignal,
  /** Address of the connection; null where it is not known. */
  connection: string | null,
): RequestScope {
  return {
    requestId: requestIdOf(header),
    credential: credentialOf(header),
    address: addressHeader === null ? countedAddress(connection) : forwardedAddress(header(addressHeader)),
    signal,
    startedAt: clock.monotonic(),
    notes: { uid: null, bytes: 0, key: null },
  };
}

/** The proxy's own id is kept, so that its log and ours tell of the same request. */
function requestIdOf(header: HeaderReader): string {
  const given = header('x-request-id') ?? '';
  return /^[\w.:/+=-]{1,128}$/.test(given) ? given : crypto.randomUUID();
}

function credentialOf(header: HeaderReader): Credential {
  const [, token = null] = /^Bearer +(\S+) *$/i.exec(header('authorization') ?? '') ?? [];
  return { token, header };
}
