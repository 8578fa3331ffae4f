/**
 * What is used of mesibo's JavaScript objects, and nothing else. mesibo publishes no types for them: the names are those
 * of its own JavaScript apps and pages. Everything optional is asked for only where the object offers it.
 */

/** `Mesibo.getInstance()`. */
export interface JavaScriptMesibo {
  addListener?(listener: object): unknown;
}

/** `mesibo.getProfile(address, groupid)`. */
export interface JavaScriptProfile {
  newMessage(): JavaScriptMessage;
}

/** A message: one that is being made, or one that a listener is told of. */
export interface JavaScriptMessage {
  /** What was received; a message may get its `url` later, with an update. */
  readonly file?: { readonly url?: string | null; readonly name?: string | null } | null;
  title?: string;
  message?: string;
  readonly mid?: unknown;
  readonly ts?: unknown;
  signedFiles?: unknown;
  secureDownload?: unknown;
  setContent?(url: string): unknown;
  setContentType?(type: number): unknown;
  setThumbnail?(thumbnail: unknown): unknown;
  send?(): unknown;
  getMessageId?(): unknown;
  getFileName?(): string | null;
  getThumbnail?(): unknown;
  isRealtimeMessage?(): boolean;
  isPendingMessage?(): boolean;
  isDbSummaryMessage?(): boolean;
}

/** Whether the object offers a method. It is not touched where it does not. */
export function offers<T extends object, K extends keyof T>(
  object: T,
  method: K,
): object is T & { [name in K]-?: NonNullable<T[K]> } {
  return method in object && typeof object[method] === 'function';
}

/** A property of the message, or undefined where it has none. */
export function property<T extends object, K extends keyof T>(object: T, name: K): T[K] | undefined {
  return name in object ? object[name] : undefined;
}
