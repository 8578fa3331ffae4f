import { type HandlerOptions, SignedFileTransferHandler, signerOptions } from '@mesibo-files/handler-core';
import type { S3Options } from './options.ts';
import { s3Signer } from './signer.ts';

/**
 * mesibo's file transfer handler for an S3 bucket: `mesibo.addListener(new S3FileTransferHandler({ bucket, region }))`.
 * Files go straight between this process and the bucket, through signed requests.
 */
export class S3FileTransferHandler extends SignedFileTransferHandler {
  /** @throws `invalid-argument` that names every option that is wrong */
  constructor(options: S3Options & HandlerOptions) {
    super({ ...options, signer: s3Signer(signerOptions(options)) });
  }
}
