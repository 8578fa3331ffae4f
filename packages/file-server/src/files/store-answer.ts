import { TransferError } from '@mesibo-files/handler-core';
import type { ByteRange, ReadPlan } from '@mesibo-files/handler-core/provider';
import type { FileBody } from './answer.ts';

/** The request for these bytes, as the store takes it. */
export function storeRequest({ plan, range }: Pick<FileBody, 'plan' | 'range'>): {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
} {
  const { url, headers } = plan.request;
  return {
    url,
    headers: range === null ? headers : { ...headers, range: `bytes=${range.first}-${range.end - 1}` },
  };
}

/**
 * Checks that the store answers with the bytes that the client was promised.
 * @throws `object-not-found`, `object-changed`, `bad-answer`
 */
export function checkStoreAnswer(
  { plan, range, size }: Pick<FileBody, 'plan' | 'range' | 'size'>,
  status: number,
  header: (name: string) => string | null,
): void {
  if (status === 404 || status === 410) throw new TransferError('object-not-found', 'The file is gone.');
  if (status === 412) throw new TransferError('object-changed', 'The file was overwritten just now.');
  if (status >= 500 || status === 429) throw new TransferError('server-error', `the store answers ${status}`);
  const length = header('content-length');
  const place = header('content-range');
  const good = range === null ? status === 200 : status === 206 && place === contentRange(plan, range);
  if (!good || (length !== null && Number(length) !== size)) {
    throw new TransferError('bad-answer', `the store answers ${status} with other bytes than were asked for`);
  }
}

function contentRange({ size }: ReadPlan, { first, end }: ByteRange): string {
  return `bytes ${first}-${end - 1}/${size}`;
}
