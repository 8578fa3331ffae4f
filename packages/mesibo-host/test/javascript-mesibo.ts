import type { JavaScriptMesibo, JavaScriptProfile } from '../src/javascript/index.ts';

/** Members that mesibo's own JavaScript apps and pages show; an object of mesibo's has no other here. */
const DOCUMENTED: ReadonlySet<string> = new Set(
  [
    'addListener setListener getProfile newMessage',
    'setContent setContentType setThumbnail getThumbnail send title message file',
    'mid ts getMessageId getFileName isRealtimeMessage isPendingMessage isDbMessage isDbSummaryMessage',
    'signedFiles secureDownload url name',
  ].flatMap((line) => line.split(' ')),
);

/** Throws as soon as anything is touched that mesibo does not document, or that this object does not have. */
export function strict<T extends object>(object: T): T {
  const check = (name: string | symbol): void => {
    if (typeof name === 'symbol') return;
    if (!DOCUMENTED.has(name)) throw new Error(`undocumented member: ${name}`);
    if (!(name in object)) throw new Error(`this object has no ${name}`);
  };
  return new Proxy(object, {
    get(target, name, receiver) {
      check(name);
      return Reflect.get(target, name, receiver);
    },
    set(target, name, value, receiver) {
      check(name);
      return Reflect.set(target, name, value, receiver);
    },
  });
}

interface Told {
  Mesibo_onMessage?(message: object): void;
  Mesibo_onMessageUpdate?(message: object): void;
}

/** mesibo's JavaScript API as an app sees it: what is called, in order, and what its listeners can be told. */
export interface FakeMesibo {
  /** Give it to the adapter. */
  readonly api: JavaScriptMesibo;
  readonly profile: JavaScriptProfile;
  /** What was called on messages, with its argument. */
  readonly calls: string[];
  readonly listeners: Told[];
  /** Tells the listeners of a message; a fresh object each time, unless one is given. */
  tell(event: 'message' | 'update', message: object): object;
}

/** What this SDK has beyond what every one has, and what it lacks. */
export interface FakeMesiboOptions {
  /** Messages that are sent have `setThumbnail`. */
  readonly thumbnails?: boolean;
  /** Messages that are sent have this flag of protection. */
  readonly protection?: 'signedFiles' | 'secureDownload';
  /** The API object has the hook of Android and iOS. */
  readonly hook?: boolean;
  /** The API object has `setListener` only. */
  readonly noAddListener?: boolean;
}

export function fakeMesibo(options: FakeMesiboOptions = {}): FakeMesibo {
  const calls: string[] = [];
  const listeners: Told[] = [];
  const note = (name: string) => (value?: unknown) => {
    calls.push(value === undefined ? name : `${name} ${String(value)}`);
  };
  const newMessage = (): object => {
    const methods = ['setContent', 'setContentType', 'send', ...(options.thumbnails ? ['setThumbnail'] : [])];
    const flag = options.protection === undefined ? {} : { [options.protection]: false };
    const message = { mid: 77n, ...flag, ...Object.fromEntries(methods.map((name) => [name, note(name)])) };
    return strict(
      Object.defineProperties(message, { title: { set: note('title') }, message: { set: note('message') } }),
    );
  };
  const register = (listener: object): void => void listeners.push(listener);
  return {
    api: strict<JavaScriptMesibo & { setListener?: unknown; Mesibo_onStartFileTransfer?: null }>({
      ...(options.noAddListener ? { setListener: register } : { addListener: register }),
      ...(options.hook ? { Mesibo_onStartFileTransfer: null } : {}),
    }),
    profile: strict({ newMessage }),
    calls,
    listeners,
    tell(event, message) {
      const told = strict(message);
      for (const listener of listeners) {
        if (event === 'message') listener.Mesibo_onMessage?.(told);
        else listener.Mesibo_onMessageUpdate?.(told);
      }
      return told;
    },
  };
}

/** A message as it arrives. */
export function arrived(
  url: string | null,
  { origin = 'Realtime', mid = 5n }: { readonly origin?: string; readonly mid?: bigint | null } = {},
): object {
  const is = (kind: string) => () => kind === origin;
  return {
    file: strict({ ...(url === null ? {} : { url }), name: 'photo.jpg' }),
    ...(mid === null ? {} : { mid }),
    ts: 1_700_000_000_000,
    isRealtimeMessage: is('Realtime'),
    isPendingMessage: is('Pending'),
    isDbMessage: is('Db'),
  };
}
