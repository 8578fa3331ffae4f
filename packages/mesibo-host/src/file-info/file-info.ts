import { MODE, type Mode, STATUS, type Status } from './constants.ts';
import type { MessageParams } from './message-params.ts';

/** Told of every change of a file's transfer. What it answers is not looked at: no document says what it would mean. */
export interface FileTransferProgressListener {
  Mesibo_onFileTransferProgress(file: FileInfo): boolean;
}

/** No place: out of the range of any latitude or longitude. */
const NOWHERE = -720;

let made = 0n;

/**
 * One file, what is known of it, and its transfer; mesibo's `FileInfo`, on iOS `MesiboFileInfo`. Made by
 * `getFileInstance`. Unlike a `MesiboFileTransfer` it outlives its transfer, and is used again when that is restarted.
 */
export class FileInfo {
  /** Upload or download: one of `MODE`. */
  mode: Mode;
  /** One of `TYPE`. */
  type: number;
  /** One of `SOURCE`. */
  source: number;
  /** Bytes; 0 where they are not known. */
  size = 0;
  /** Longest side of a picture, in pixels. Carried. */
  maxDimension = 0;
  /** Bytes of the largest file that is wanted. Carried. */
  maxSize = 0;
  mimeType: string | null = null;
  /** Link that the app opens on a tap. Carried; it is not sent. */
  launchUrl: string | null = null;
  title = '';
  /** Text that goes with the file. */
  message = '';
  /** Thumbnail: bytes of a small picture. */
  image: Uint8Array | null = null;
  /** Degrees; out of range: no place. */
  lat: number = NOWHERE;
  lon: number = NOWHERE;
  /** A person asked for it: no policy defers it. */
  userInteraction = false;
  /** The file is protected: a download must send a token. */
  secure = false;
  /** The URL is a link to elsewhere. */
  externalLink = false;
  /** Id of the message. */
  mid = 0n;
  /** iOS: Photos asset. */
  asset: unknown = null;
  localIdentifier: string | null = null;

  readonly #id: bigint;
  readonly #params: MessageParams;
  #path: string;
  #url: string | null;
  #status: Status = STATUS.IDLE;
  #progress = 0;
  #transferred = false;
  #observer: FileTransferProgressListener | null = null;
  #listeners: FileTransferProgressListener[] = [];
  #data: unknown = null;
  #cache = false;
  #context: unknown = null;

  constructor(
    params: MessageParams,
    mode: Mode,
    type: number,
    source: number,
    path: string,
    url: string | null,
  ) {
    made += 1n;
    this.#id = made;
    this.#params = params;
    this.mode = mode;
    this.type = type;
    this.source = source;
    this.#path = path;
    this.#url = url;
  }

  /** A number of its own in this process. */
  getId(): bigint {
    return this.#id;
  }
  getParams(): MessageParams {
    return this.#params;
  }

  /** {@link secure}, by the name that a message of SDK 2.0 to 2.6.4 has for it. */
  get secureDownload(): boolean {
    return this.secure;
  }
  set secureDownload(secure: boolean) {
    this.secure = secure;
  }
  /** {@link secure}, by the name that a message has for it since SDK 2.9. */
  get signedFiles(): boolean {
    return this.secure;
  }
  set signedFiles(secure: boolean) {
    this.secure = secure;
  }

  /** Upload: the file to read. Download: the file to write. */
  getPath(): string {
    return this.#path;
  }
  setPath(path: string): void {
    this.#path = path;
  }
  /** Download: what to fetch. Upload: where it is stored, once a handler has said so with {@link setUrl}. */
  getUrl(): string | null {
    return this.#url;
  }
  setUrl(url: string | null): void {
    this.#url = url;
  }

  /** One of `STATUS`; see {@link isTransferred} for the end. */
  getStatus(): Status {
    return this.#status;
  }
  /** Percent, 0 to 100; -1 after a failure. */
  getProgress(): number {
    return this.#progress;
  }
  /** It was moved, all of it. */
  isTransferred(): boolean {
    return this.#transferred;
  }
  /** It may be on this device: it was downloaded, or is to be uploaded. Whether it is, only a look at its path tells. */
  mayExist(): boolean {
    return this.#transferred || this.mode === MODE.UPLOAD;
  }

  /** Sets the listener of its progress, in place of those before. */
  setListener(listener: FileTransferProgressListener | null): void {
    this.#listeners = listener === null ? [] : [listener];
  }
  /** The last one that was set; null: none. */
  getListener(): FileTransferProgressListener | null {
    return this.#listeners.at(-1) ?? null;
  }
  /** An object of the app's. */
  setData(data: unknown): void {
    this.#data = data;
  }
  getData(): unknown {
    return this.#data;
  }
  /** Carried: undocumented. */
  setCache(cache: boolean): void {
    this.#cache = cache;
  }
  /** What {@link setCache} was given last. Ours. */
  getCache(): boolean {
    return this.#cache;
  }
  /** An object of the handler's, so that stop finds what start began. */
  setFileTransferContext(context: unknown): void {
    this.#context = context;
  }
  getFileTransferContext(): unknown {
    return this.#context;
  }

  /** @internal Adds a listener: several may wait for the same transfer. */
  addListener(listener: FileTransferProgressListener): void {
    if (!this.#listeners.includes(listener)) this.#listeners.push(listener);
  }

  /** @internal A listener that stays, whatever the app sets. */
  observe(observer: FileTransferProgressListener): void {
    this.#observer = observer;
  }

  /** @internal The listeners. */
  get listeners(): readonly FileTransferProgressListener[] {
    return this.#observer === null ? this.#listeners : [...this.#listeners, this.#observer];
  }

  /** @internal Where its transfer stands from now on; false where that is nothing new. */
  note(progress: number, status: Status): boolean {
    const transferred = progress >= 100 && status === STATUS.INPROGRESS;
    if (progress === this.#progress && status === this.#status && transferred === this.#transferred)
      return false;
    this.#progress = progress;
    this.#status = status;
    this.#transferred = transferred;
    return true;
  }
}
