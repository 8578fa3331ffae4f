import { randomBytes } from 'node:crypto';
import { FILESOURCE } from '@mesibo-files/handler-core';
import type { FileFacts } from '@mesibo-files/handler-core/provider';
import { bytesOf } from '../check/bytes.ts';
import { digestsOf } from '../check/digests.ts';
import type { SignerTest } from './signer-test.ts';

/** A file that a case sends. */
export interface TestFile {
  readonly bytes: Uint8Array;
  readonly facts: FileFacts;
}

/** What a case may say of its file; the rest is made up. */
export interface TestFileOptions {
  readonly size: number;
  readonly name?: string;
  readonly contentType?: string;
  readonly seed?: number;
  /** The file is protected. Default: nothing is said. */
  readonly secure?: boolean;
  /** The signer is not told the size, as for a stream. Only files above `singleUpTo` get so far. */
  readonly stream?: boolean;
}

/** Makes a file. Small ones come with the digests that begin may want, as the engine would bring them. */
export function testFile(test: SignerTest, options: TestFileOptions): TestFile {
  const { capabilities } = test;
  const bytes = bytesOf(options.size, options.seed ?? 1);
  const small = options.size <= capabilities.singleUpTo;
  return {
    bytes,
    facts: {
      size: options.stream ? null : options.size,
      maxSize: options.stream ? Math.min(capabilities.maxSize, options.size * 2) : null,
      contentType: options.contentType ?? 'video/mp4',
      name: options.name ?? 'holiday.mp4',
      source: FILESOURCE.MESSAGE,
      uid: 4711,
      mid: 18_000_000_000_000_000_001n,
      ...(options.secure === undefined ? {} : { secure: options.secure }),
      transferId: randomBytes(16).toString('hex'),
      digests: small ? digestsOf(bytes, capabilities.beginDigests) : {},
    },
  };
}
