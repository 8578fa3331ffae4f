import { type HandlerOptions, SignedFileTransferHandler, signerOptions } from '@mesibo-files/handler-core';
import type { GcsOptions } from './options.ts';
import { gcsSigner } from './signer.ts';

/**
 * mesibo's file transfer handler for a bucket of Google Cloud Storage:
 * `mesibo.addListener(new GcsFileTransferHandler({ bucket }))`.
 * Files go straight between this process and the bucket, through signed requests.
 */
export class GcsFileTransferHandler extends SignedFileTransferHandler {
  /** @throws `invalid-argument` that names every option that is wrong */
  constructor(options: GcsOptions & HandlerOptions) {
    super({ ...options, signer: gcsSigner(signerOptions(options)) });
  }
}
