import { type HandlerOptions, SignedFileTransferHandler } from '@mesibo-files/handler-core';
import type { TinyOptions } from './options.ts';
import { tinySigner } from './signer.ts';

/** mesibo's file transfer handler for a tiny store: `mesibo.addListener(new TinyFileTransferHandler(options))`. */
export class TinyFileTransferHandler extends SignedFileTransferHandler {
  constructor(options: TinyOptions & HandlerOptions) {
    super({ ...options, signer: tinySigner(options) });
  }
}
