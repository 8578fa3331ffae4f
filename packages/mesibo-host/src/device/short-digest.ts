import { createHash } from 'node:crypto';

/** 32 hex digits that stand for a text: for names of files, where the text would be too long. */
export function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
