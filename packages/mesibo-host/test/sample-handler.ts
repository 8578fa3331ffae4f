import type { FileTransferHandler, MesiboFileTransfer } from '@mesibo-files/handler-core';
import { MesiboHttp } from '../src/http/mesibo-http.ts';

/**
 * A handler in the manner of mesibo's sample for Android, call by call: one queue for all, the request as the transfer's
 * context, the answer read when the state is `DOWNLOAD` and the percent 100.
 */
export class PortedSampleHandler implements FileTransferHandler {
  readonly #queue = new MesiboHttp.Queue(4, 0);
  readonly #uploadUrl: string;
  readonly #token: string;

  constructor(uploadUrl: string, token: string) {
    this.#uploadUrl = uploadUrl;
    this.#token = token;
  }

  Mesibo_onStartFileTransfer(file: MesiboFileTransfer): boolean {
    return file.upload ? this.#startUpload(file) : this.#startDownload(file);
  }

  Mesibo_onStopFileTransfer(file: MesiboFileTransfer): boolean {
    const http = file.getFileTransferContext();
    if (http instanceof MesiboHttp) http.cancel();
    return true;
  }

  #startUpload(file: MesiboFileTransfer): boolean {
    const http = new MesiboHttp();
    http.url = this.#uploadUrl;
    http.postBundle = { op: 'upload', token: this.#token, mid: file.mid, profile: 0 };
    http.uploadFile = file.getPath();
    http.uploadFileField = 'photo';
    http.other = file;
    file.setFileTransferContext(http);
    http.listener = {
      Mesibo_onHttpProgress(config, state, percent) {
        if (percent < 0) {
          file.setResult(false, null);
          return true;
        }
        if (percent === 100 && state === MesiboHttp.STATE_DOWNLOAD) {
          const answer = JSON.parse(config.getDataString() ?? '') as { result?: boolean; url?: string };
          file.setResult(answer.result === true, answer.url ?? null);
          return true;
        }
        if (state === MesiboHttp.STATE_UPLOAD) file.setProgress(percent);
        return true;
      },
    };
    return this.#queue.queue(http);
  }

  #startDownload(file: MesiboFileTransfer): boolean {
    const url = file.getUrl();
    if (url === null || url === '') return false;
    const http = new MesiboHttp();
    http.url = url;
    http.downloadFile = file.getPath();
    http.resume = true;
    http.maxRetries = 10;
    http.other = file;
    file.setFileTransferContext(http);
    http.listener = (_, state, percent) => {
      if (percent < 0) file.setResult(false, null);
      else if (percent === 100 && state === MesiboHttp.STATE_DOWNLOAD) file.setResult(true, null);
      else if (state === MesiboHttp.STATE_DOWNLOAD) file.setProgress(percent);
      return true;
    };
    return this.#queue.queue(http);
  }
}
