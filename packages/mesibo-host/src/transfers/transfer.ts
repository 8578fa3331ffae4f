import type { MesiboFileTransfer, Mid, Origin, PostFields } from '@mesibo-files/handler-core';
import { type Attempt, settlementOf } from './attempt.ts';

/** What a transfer is about, as it stands when a handler is asked. */
export interface TransferFacts {
  readonly upload: boolean;
  readonly priority: number;
  readonly mid: Mid;
  readonly ts: number;
  readonly origin: Origin;
  readonly source: number;
  readonly imageIndex: number;
  readonly secure: boolean;
  readonly externalLink: boolean;
  readonly path: string;
  /** Downloads only. */
  readonly url: string | null;
  readonly userObject: unknown;
  /** Uploads only: the Photos asset's id, as the app set it on the message. */
  readonly localIdentifier: string | null;
  /** Uploads only: the Photos asset, as the app set it on the message. */
  readonly asset: unknown;
}

/** Does one upload with a URL and fields of the handler's. */
export type Delegate = (url: string | null, post: PostFields | null) => void;

/**
 * The object that a handler is asked with. Every handler that is asked, and every start, gets one of its own, so that
 * what a handler reports late can't reach a transfer that came after.
 */
export class Transfer implements MesiboFileTransfer {
  readonly #facts: TransferFacts;
  readonly #attempt: Attempt;
  readonly #delegate: Delegate;
  #priority: number;
  #context: unknown = null;

  constructor(facts: TransferFacts, attempt: Attempt, delegate: Delegate) {
    this.#facts = facts;
    this.#priority = facts.priority;
    this.#attempt = attempt;
    this.#delegate = delegate;
  }

  get upload(): boolean {
    return this.#facts.upload;
  }
  get priority(): number {
    return this.#priority;
  }
  get mid(): Mid {
    return this.#facts.mid;
  }
  get ts(): number {
    return this.#facts.ts;
  }
  get origin(): Origin {
    return this.#facts.origin;
  }
  get source(): number {
    return this.#facts.source;
  }
  get imageIndex(): number {
    return this.#facts.imageIndex;
  }
  get secure(): boolean {
    return this.#facts.secure;
  }
  get externalLink(): boolean {
    return this.#facts.externalLink;
  }
  /** Always true: this host notifies of every step. */
  get notifyProgress(): boolean {
    return true;
  }
  get progress(): number {
    return this.#attempt.progress;
  }
  /** As on iOS, where assigning is calling `setProgress`. */
  set progress(percent: number) {
    this.setProgress(percent);
  }
  get inProgress(): boolean {
    return this.#attempt.running;
  }
  get result(): boolean {
    return this.#attempt.result;
  }

  /** Ours: raised when the transfer is over, for any reason. */
  get over(): AbortSignal {
    return this.#attempt.signal;
  }

  /** Ours: the user asked again while it waits. It never gets less urgent. */
  raise(priority: number): void {
    this.#priority = Math.max(this.#priority, priority);
  }

  getPath(): string {
    return this.#facts.path;
  }
  getUrl(): string | null {
    return this.#facts.url;
  }
  getUserObject(): unknown {
    return this.#facts.userObject;
  }
  getLocalIdentifier(): string | null {
    return this.#facts.localIdentifier;
  }
  getPHAsset(): unknown {
    return this.#facts.asset;
  }

  start(url: string | null = null, post: PostFields | null = null): void {
    this.#delegate(url, post);
  }
  /** Cancelling an upload without retry fails it: only downloads can be blocked. */
  cancel(retryLater: boolean): void {
    const refused = this.upload ? 'failed' : 'blocked';
    this.#attempt.settle({ outcome: retryLater ? 'deferred' : refused });
  }
  setProgress(percent: number): void {
    this.#attempt.report(percent);
  }
  setResult(success: boolean, url?: string | null): void {
    this.#attempt.settle(settlementOf(this.upload, success, url));
  }

  setFileTransferContext(context: unknown): void {
    this.#context = context;
  }
  getFileTransferContext(): unknown {
    return this.#context;
  }
}
