import { TransferError } from '../errors/transfer-error.ts';
import { browser } from './globals.ts';

/** What a browser's failure is for the engine: it says no more than that there was one. */
export function browserFailure(url: string, signal: AbortSignal, cause?: unknown): TransferError {
  if (signal.aborted) return TransferError.is(signal.reason) ? signal.reason : stopped();
  const { host } = new URL(url);
  const code = browser.navigator?.onLine === false ? 'offline' : 'network';
  return new TransferError(code, `${host}: the connection failed`, cause === undefined ? {} : { cause });
}

function stopped(): TransferError {
  return new TransferError('stopped', 'the request was stopped');
}

/** Headers that a browser sets by itself and refuses from anyone else. */
const FORBIDDEN: readonly string[] = ['content-length', 'host', 'connection', 'accept-encoding'];

/** The headers that script may set. */
export function settable(headers: Readonly<Record<string, string>>): [name: string, value: string][] {
  return Object.entries(headers).filter(([name]) => !FORBIDDEN.includes(name));
}
