import { RecentMap } from '../device/recent-map.ts';
import { BlockList } from '../transfers/block-list.ts';
import type { JavaScriptFilesOptions, JavaScriptSettings } from './options.ts';
import { withDefaults } from './options.ts';
import { midOf, urlOf } from './read-message.ts';
import { ReceivedFile } from './received-file.ts';
import { type OutgoingFile, type SentFile, sendFile } from './send-file.ts';
import type { JavaScriptMessage, JavaScriptProfile } from './shapes.ts';

/** How many files are known by their message's id and URL; older ones by their message's object only. */
const REMEMBERED = 10_000;

/**
 * The files of one user of mesibo's JavaScript API. A listener of mesibo's: {@link attachFiles} registers it; where
 * there is no `addListener`, call its `Mesibo_onMessage` and `Mesibo_onMessageUpdate` from the app's own listener.
 */
export class JavaScriptFiles {
  readonly #settings: JavaScriptSettings;
  readonly #downloads: boolean;
  readonly #blocked = new BlockList();
  readonly #byMessage = new WeakMap<JavaScriptMessage, ReceivedFile>();
  readonly #byName = new RecentMap<string, ReceivedFile>(REMEMBERED);
  readonly #sent = new RecentMap<string, true>(REMEMBERED);

  /** @param downloads - false where mesibo asks the handler by itself */
  constructor(options: JavaScriptFilesOptions, downloads = true) {
    this.#settings = withDefaults(options);
    this.#downloads = downloads;
  }

  /**
   * Uploads the file, and sends a message with its URL.
   * @throws TransferError as `upload` does; then nothing was sent
   */
  async send(profile: JavaScriptProfile, file: OutgoingFile): Promise<SentFile> {
    return sendFile(this.#settings, profile, file, (url) => this.#sent.set(url, true));
  }

  /** The received file of a message; null where it has none, or none yet. */
  fileOf(message: JavaScriptMessage): ReceivedFile | null {
    return this.#byMessage.get(message) ?? null;
  }

  /** A message came, or was read again: what is left to do for its file is asked for, with priority 0. */
  readonly Mesibo_onMessage = (message: JavaScriptMessage): void => this.#told(message, true);

  /** Something of the message changed; its file may have got its URL. */
  readonly Mesibo_onMessageUpdate = (message: JavaScriptMessage): void => this.#told(message, false);

  #told(message: JavaScriptMessage, read: boolean): void {
    if (!this.#downloads) return;
    try {
      const url = urlOf(message);
      // What this user sent comes back as a message too, and is here already.
      if (url === null || this.#sent.get(url)) return;
      const known = this.#known(message, url);
      const file = known ?? this.#received(message, url);
      this.#byMessage.set(message, file);
      file.told(message, read || known === undefined);
    } catch (error) {
      this.#settings.onFault(error);
    }
  }

  /** The same message may come as another object each time. */
  #known(message: JavaScriptMessage, url: string): ReceivedFile | undefined {
    const same = this.#byMessage.get(message);
    return same?.url === url ? same : this.#byName.get(nameOf(message, url));
  }

  #received(message: JavaScriptMessage, url: string): ReceivedFile {
    const { handler, pathFor, onFault } = this.#settings;
    const file = new ReceivedFile(message, url, {
      handlers: () => [handler],
      enabled: () => true,
      // Only uploads can be handed back to mesibo, and these are none.
      delegate: (_transfer, attempt) => attempt.settle({ outcome: 'failed' }),
      blocked: this.#blocked,
      userUnblocks: false,
      onError: onFault,
      pathFor,
      changed: (changed) => this.#changed(changed),
    });
    if (midOf(message) !== 0n) this.#byName.set(nameOf(message, url), file);
    this.#changed(file);
    return file;
  }

  #changed(file: ReceivedFile): void {
    try {
      this.#settings.onFile(file);
    } catch (error) {
      this.#settings.onFault(error);
    }
  }
}

function nameOf(message: JavaScriptMessage, url: string): string {
  return `${midOf(message)} ${url}`;
}
