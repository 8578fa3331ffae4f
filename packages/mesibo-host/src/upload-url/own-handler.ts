import {
  admit,
  download,
  type FileTransferHandler,
  type Runtime,
  type SecureDownloads,
} from '@mesibo-files/handler-core';
import type { Transfer } from '../transfers/transfer.ts';
import type { UploadServer } from './options.ts';

export interface OwnHandlerHost {
  runtime(): Runtime;
  /** What `setUploadUrl` was told; null: nothing. */
  server(): UploadServer | null;
  onError(error: unknown): void;
}

/** Stands in where the app has no handler: uploads with the upload URL, downloads plainly or with its token. */
export class OwnHandler implements FileTransferHandler {
  readonly #host: OwnHandlerHost;

  constructor(host: OwnHandlerHost) {
    this.#host = host;
  }

  Mesibo_onStartFileTransfer(file: Transfer): boolean {
    const { ports, admission } = this.#host.runtime();
    const now = ports.clock.now();
    const circumstances = { now, freeIfUnknown: ports.network.freeIfUnknown };
    if (!admit(file, ports.network.connectivity(), admission, circumstances).admit) return false;
    if (file.upload) file.start();
    else this.#download(file);
    return true;
  }

  /** Nothing is left to do: what runs ends with its transfer. */
  Mesibo_onStopFileTransfer(): boolean {
    return true;
  }

  #download(file: Transfer): void {
    // mesibo is answered first: what a handler reports while it is asked is held back.
    Promise.resolve()
      .then(() => this.#fetch(file))
      .then(
        () => file.setResult(true),
        (error: unknown) => {
          if (file.over.aborted) return;
          this.#host.onError(error);
          file.setResult(false);
        },
      );
  }

  async #fetch(file: Transfer): Promise<void> {
    const server = this.#host.server();
    const own = server === null ? [] : [new URL(server.url)];
    await download({
      runtime: this.#host.runtime(),
      signers: [],
      url: file.getUrl() ?? '',
      to: file.getPath(),
      signal: file.over,
      priority: () => file.priority,
      mid: file.mid,
      source: file.source,
      foreignUrls: 'plain',
      privateHosts: [...own.map(({ host }) => host), ...(server?.options.privateHosts ?? [])],
      secure: file.secure,
      ...secured(server),
      onProgress: ({ percent }) => file.setProgress(percent),
    });
  }
}

/** The token goes where the upload URL is, and to what else the app trusts with it. */
function secured(server: UploadServer | null): { readonly secureDownloads?: SecureDownloads } {
  if (server === null || server.token === null) return {};
  const { secureOrigins = [], sendToken = 'header' } = server.options;
  const origins = [new URL(server.url).origin, ...secureOrigins];
  return { secureDownloads: { token: server.token, origins, send: sendToken } };
}
