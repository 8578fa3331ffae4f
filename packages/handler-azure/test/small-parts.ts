import type { Signer } from '@mesibo-files/handler-core';
import { KIB } from '@mesibo-files/handler-core/provider';
import { type AzureOptions, settingsOf } from '../src/options.ts';
import { signerOf } from '../src/signer.ts';

/** Bytes of a block where a test has many uploads in blocks. */
export const SMALL_PART: number = 64 * KIB;

/** The Azure signer in all but the size of its blocks, which its options want larger; a store takes any. */
export function smallPartsSigner(options: AzureOptions): Signer {
  const { partSize: _, ...rest } = options;
  return signerOf({ ...settingsOf({ singleUpTo: SMALL_PART, ...rest }), partSize: SMALL_PART });
}
