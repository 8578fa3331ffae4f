import { type HandlerOptions, SignedFileTransferHandler, signerOptions } from '@mesibo-files/handler-core';
import type { AzureOptions } from './options.ts';
import { azureSigner } from './signer.ts';

/**
 * mesibo's file transfer handler for an Azure container:
 * `mesibo.addListener(new AzureFileTransferHandler({ container, connectionString }))`.
 * Files go straight between this process and the container, through shared access signatures.
 */
export class AzureFileTransferHandler extends SignedFileTransferHandler {
  /** @throws `invalid-argument` that names every option that is wrong */
  constructor(options: AzureOptions & HandlerOptions) {
    super({ ...options, signer: azureSigner(signerOptions(options)) });
  }
}
