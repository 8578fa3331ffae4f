import type { Signer } from '@mesibo-files/handler-core';
import { KIB } from '@mesibo-files/handler-core/provider';
import { type S3Options, settingsOf } from '../src/options.ts';
import { signerOf } from '../src/signer.ts';

/** Bytes of a part where a test has many uploads in parts. Start the local cloud with this as its `minimumPartBytes`. */
export const SMALL_PART: number = 64 * KIB;

/** The S3 signer in all but the size of its parts, which no bucket of Amazon's would take. */
export function smallPartsSigner(options: S3Options): Signer {
  const { partSize: _, ...rest } = options;
  const whole: S3Options = { singleUpTo: SMALL_PART, ...rest };
  return signerOf(whole, { ...settingsOf(whole), partSize: SMALL_PART });
}
