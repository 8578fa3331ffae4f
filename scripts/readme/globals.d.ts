// What the READMEs' code takes as given: the reader's own app.

declare module 'electron' {
  interface PageEvent {
    readonly sender: { send(channel: string, ...what: readonly unknown[]): void };
  }
  export const ipcMain: {
    handle<Arguments extends readonly unknown[]>(
      channel: string,
      listener: (event: PageEvent, ...given: Arguments) => unknown,
    ): void;
  };
}

type Core = typeof import('@mesibo-files/handler-core');
type Message = import('@mesibo-files/mesibo-host/javascript').JavaScriptMessage;

/** mesibo's JavaScript object, as far as its pages and apps show it. */
declare const mesibo: {
  addListener(listener: object): void;
  getProfile(address: string, group: number): { newMessage(): Message & { send(): void } };
  getUid(): number;
};
declare const message: Message & { setContent(url: string): void; setThumbnail(picture: unknown): void };
declare const session: { readonly token: string; accessToken(): string };
declare const input: { readonly files: readonly [File] };
declare const signer: Parameters<Core['upload']>[0]['signer'];

// Of who runs a file server.
declare const sessions: ReadonlyMap<string, { readonly uid: number; readonly plan: string }>;
declare const queue: { add(job: object): Promise<void> };
declare function isVirus(request: object): Promise<boolean>;

// Of who writes a provider.
interface MyOptions {
  readonly bucket: string;
  readonly secret: string;
  readonly prefix?: string;
  readonly partSize?: number;
  readonly timeToLive?: number;
  readonly clock?: { now(): number };
}
declare function mySigner(options: MyOptions): typeof signer;
declare const MyFileTransferHandler: new (
  options: MyOptions & import('@mesibo-files/handler-core').HandlerOptions,
) => import('@mesibo-files/handler-core').SignedFileTransferHandler;
declare function inspectThroughTheOfficialSdk(
  options: MyOptions,
): import('@mesibo-files/conformance').StoreInspection;

declare function show(...what: readonly unknown[]): void;
declare const aliceHandler: import('@mesibo-files/handler-core').FileTransferHandler;
declare const bobHandler: import('@mesibo-files/handler-core').FileTransferHandler;
