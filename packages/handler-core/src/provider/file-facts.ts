import { TransferError } from '../errors/transfer-error.ts';
import { isSize, isTransferId } from '../naming/facts.ts';
import { parseMediaType } from '../naming/media-type.ts';
import { objectKey } from '../naming/object-key.ts';
import { trueName } from '../naming/true-name.ts';
import type { Clock, RandomPort } from '../ports/ports.ts';
import type { FileFacts } from '../signer/signer.ts';

/** Refuses what can't stand in a header, a key or a ticket. @throws `invalid-argument` that names all mistakes */
export function checkFileFacts(file: FileFacts): void {
  const mistakes: string[] = [];
  const check = (good: boolean, mistake: string): void => {
    if (!good) mistakes.push(mistake);
  };
  check(isSize(file.size) && isSize(file.maxSize), 'size and maxSize must be whole numbers or null');
  check(parseMediaType(file.contentType) !== null, 'contentType must be a MIME type with no comma');
  check(isTransferId(file.transferId), 'transferId must be 1 to 128 ASCII characters');
  check(Number.isSafeInteger(file.uid), 'uid must be a whole number');
  check(Number.isSafeInteger(file.source), 'source must be a whole number');
  if (mistakes.length > 0) throw new TransferError('invalid-argument', `File facts: ${mistakes.join('; ')}.`);
}

/** What a new key depends on. */
export interface KeySettings {
  readonly prefix: string;
  readonly random: RandomPort;
}

/** A new key that nobody can guess. */
export function keyFor(settings: KeySettings, clock: Pick<Clock, 'now'>, file: FileFacts): string {
  const { prefix, random } = settings;
  return objectKey({ prefix, source: file.source, now: clock.now(), random, name: trueName(file.name) });
}
