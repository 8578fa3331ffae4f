import type { SignedRequest } from '@mesibo-files/handler-core';
import type { DiskContext } from './context.ts';
import { type Grant, signUrl } from './url-signature.ts';

const METHOD = { object: 'PUT', session: 'PUT', read: 'GET' } as const;

/** Signs a request, good from now on for as long as the options say. */
export function presign(
  { clock, keyring, settings }: DiskContext,
  wanted: Omit<Grant, 'issued' | 'life'>,
): SignedRequest {
  const { timeToLive } = settings;
  const grant = { ...wanted, issued: Math.max(0, Math.round(clock.now())), life: timeToLive };
  return {
    method: METHOD[wanted.permission],
    url: signUrl(keyring, settings.storeUrl(), grant),
    headers: wanted.headers,
    timeToLive,
  };
}
