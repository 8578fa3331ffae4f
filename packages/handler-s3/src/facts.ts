import { type FileFacts, objectKey, TransferError, trueName } from '@mesibo-files/handler-core';
import type { SignerContext } from './context.ts';

/** Refuses what can not stand in a header, a key or a ticket. @throws `invalid-argument` that names all mistakes */
export function checkFacts(file: FileFacts): void {
  const mistakes: string[] = [];
  if (!isSize(file.size) || !isSize(file.maxSize))
    mistakes.push('size and maxSize must be whole numbers or null');
  if (
    !/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s?;\s?[\x21-\x7e]+)*$/.test(file.contentType) ||
    file.contentType.length > 255
  ) {
    mistakes.push('contentType must be a MIME type');
  }
  if (!/^[\x21-\x7e]{1,128}$/.test(file.transferId))
    mistakes.push('transferId must be 1 to 128 ASCII characters');
  if (!Number.isSafeInteger(file.uid)) mistakes.push('uid must be a whole number');
  if (!Number.isSafeInteger(file.source)) mistakes.push('source must be a whole number');
  if (mistakes.length > 0) throw new TransferError('invalid-argument', `File facts: ${mistakes.join('; ')}.`);
}

/** A new key that nobody can guess. */
export function keyFor({ settings, clock }: SignerContext, file: FileFacts): string {
  const { prefix, random } = settings;
  return objectKey({ prefix, source: file.source, now: clock.now(), random, name: trueName(file.name) });
}

function isSize(size: number | null): boolean {
  return size === null || (Number.isSafeInteger(size) && size >= 0);
}
