import { type HandlerOptions, SignedFileTransferHandler } from '@mesibo-files/handler-core';
import type { RemoteOptions } from './options.ts';
import { remoteSigner } from './signer.ts';

/**
 * mesibo's file transfer handler for devices that hold no cloud credentials: a file server signs, and files go straight
 * between the device and the store. `mesibo.addListener(new RemoteFileTransferHandler({ baseUrl, token }))`.
 */
export class RemoteFileTransferHandler extends SignedFileTransferHandler {
  /** @throws `invalid-argument` that names every option that is wrong */
  constructor(options: RemoteOptions & HandlerOptions) {
    super({ ...options, signer: remoteSigner(options) });
  }
}
