import {
  createRuntime,
  DEFAULT_TRANSFER_LIMITS,
  type FileTransferHandler,
  HTTPSTATE,
  type PostFields,
  type Runtime,
  TransferError,
} from '@mesibo-files/handler-core';
import type { NetworkPort } from '@mesibo-files/handler-core/provider';
import type { HostSettings } from '../device/options.ts';
import type { Attempt } from '../transfers/attempt.ts';
import type { Transfer } from '../transfers/transfer.ts';
import { ownFields, standardFields } from './fields.ts';
import { checkUploadUrlOptions, type UploadServer, type UploadUrlOptions } from './options.ts';
import { OwnHandler } from './own-handler.ts';
import { uploadToUrl, uploadUrl } from './upload.ts';

/** What mesibo's own transfers need of their user. */
export interface OwnTransfersHost {
  readonly network: NetworkPort;
  readonly uid: number;
  readonly autoDownload: () => boolean;
}

/** As mesibo's own queue: so many requests at once, up and down together, and any number waiting. */
const AT_ONCE = 4;

/** What mesibo moves by itself: with the upload URL where the app has no handler, and what a handler hands back. */
export class OwnTransfers {
  readonly #settings: HostSettings;
  readonly #host: OwnTransfersHost;
  readonly #handler: OwnHandler;
  #server: UploadServer | null = null;
  #runtime: Runtime | null = null;

  constructor(settings: HostSettings, host: OwnTransfersHost) {
    this.#settings = settings;
    this.#host = host;
    this.#handler = new OwnHandler({
      runtime: () => this.#run(),
      server: () => this.#server,
      onError: settings.onError,
    });
  }

  get uploadUrl(): string | null {
    return this.#server?.url ?? null;
  }
  get authToken(): string | null {
    return this.#server?.token ?? null;
  }

  /** @throws `invalid-url`, `invalid-argument` */
  setUploadUrl(url: string | null, token: string | null, options: UploadUrlOptions): void {
    if (url === null || url === '') {
      this.#server = null;
      return;
    }
    uploadUrl(url);
    this.#server = { url, token, options: checkUploadUrlOptions(options) };
  }

  /** Those to ask where the app has no handler. */
  handlers(upload: boolean): readonly FileTransferHandler[] {
    return upload && this.#server === null ? [] : [this.#handler];
  }

  /** Does one upload with this URL and these fields; null: the configured URL, the five standard fields. */
  readonly delegate = (
    transfer: Transfer,
    attempt: Attempt,
    url: string | null,
    post: PostFields | null,
  ): void => {
    this.#upload(transfer, attempt, url, post).then(
      (stored) => attempt.settle({ outcome: 'done', url: stored }),
      (error: unknown) => {
        if (attempt.ended) return;
        this.#settings.onError(error);
        attempt.settle({ outcome: 'failed' });
      },
    );
  };

  async #upload(
    transfer: Transfer,
    attempt: Attempt,
    url: string | null,
    post: PostFields | null,
  ): Promise<string> {
    const to = url === null || url === '' ? this.#server?.url : url;
    if (to === undefined)
      throw new TransferError('unsupported', 'file.start() was given no URL, and none is set');
    const { token = null, options = {} } = this.#server ?? {};
    const fields =
      post === null
        ? standardFields(transfer, this.#host.uid, token, options.dialect ?? 'current')
        : ownFields(post);
    return uploadToUrl({
      url: to,
      fields,
      path: transfer.getPath(),
      options,
      runtime: this.#run(),
      signal: attempt.signal,
      priority: () => transfer.priority,
      onProgress: (state, percent) => {
        if (state === HTTPSTATE.UPLOAD) attempt.report(percent);
      },
    });
  }

  /** Made when it is first needed: most apps have a handler. */
  #run(): Runtime {
    const { ports, limits } = this.#settings;
    this.#runtime ??= createRuntime({
      ports: { ...ports, network: this.#host.network },
      // All its files are at URLs that no signer owns: none of them is a stranger's.
      limits: { maxForeignSize: DEFAULT_TRANSFER_LIMITS.maxDownloadSize, ...limits },
      admission: { maxTransfers: AT_ONCE, smallLane: 0, ownLane: 0, autoDownload: this.#host.autoDownload },
    });
    return this.#runtime;
  }
}
