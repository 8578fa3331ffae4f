import { createDigester } from '../../s3/body/digests.ts';
import { GcsError } from '../errors.ts';
import type { ObjectHashes } from '../store/types.ts';

/** Digests that a client states, in base64. */
export interface StatedHashes {
  readonly crc32c?: string | undefined;
  readonly md5?: string | undefined;
}

/** Computes both digests of Cloud Storage while bytes pass. */
export class HashingState {
  readonly #md5 = createDigester('md5');
  readonly #crc32c = createDigester('crc32c');

  update(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#md5.update(bytes);
    this.#crc32c.update(bytes);
  }

  /** Both digests; to be called once. */
  result(): { readonly crc32c: string; readonly md5: string } {
    return { crc32c: this.#crc32c.digest().toString('base64'), md5: this.#md5.digest().toString('base64') };
  }
}

const checked = (text: string, bytes: number, what: string): string => {
  const decoded = Buffer.from(text, 'base64');
  if (decoded.length === bytes && decoded.toString('base64') === text) return text;
  throw new GcsError('InvalidDigest', `The ${what} you specified was invalid.`);
};

/** Reads `x-goog-hash` (`crc32c=…`, `md5=…`, in one header or several) and Content-MD5. */
export const statedHashes = (headers: ReadonlyMap<string, string>): StatedHashes => {
  const contentMd5 = headers.get('content-md5');
  const stated: { crc32c?: string; md5?: string } =
    contentMd5 === undefined ? {} : { md5: checked(contentMd5, 16, 'Content-MD5') };
  for (const entry of (headers.get('x-goog-hash') ?? '').split(',')) {
    const text = entry.trim();
    if (text === '') continue;
    if (text.startsWith('crc32c=')) stated.crc32c = checked(text.slice(7), 4, 'x-goog-hash');
    else if (text.startsWith('md5=')) stated.md5 = checked(text.slice(4), 16, 'x-goog-hash');
    else throw new GcsError('InvalidDigest', 'The x-goog-hash you specified was invalid.');
  }
  return stated;
};

/** Refuses bytes that aren't what was stated of them. */
export const compareHashes = (stated: StatedHashes, actual: ObjectHashes): void => {
  for (const [name, expected, calculated] of [
    ['CRC32C', stated.crc32c, actual.crc32c],
    ['MD5 hash', stated.md5, actual.md5],
  ]) {
    if (expected === undefined || expected === calculated) continue;
    throw new GcsError(
      'BadDigest',
      `Provided ${name} "${expected}" doesn't match calculated ${name} "${calculated}".`,
    );
  }
};
