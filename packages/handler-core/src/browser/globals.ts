// The few shapes of browsers that the ports use. DOM's own types would make all of core believe it runs in one.

interface UploadProgress {
  readonly loaded: number;
}

/** The part of XMLHttpRequest that is used. */
export interface XhrRequest {
  responseType: 'text';
  readonly status: number;
  readonly responseText: string;
  readonly upload: { onprogress: ((event: UploadProgress) => void) | null };
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getAllResponseHeaders(): string;
  send(body: Blob): void;
  abort(): void;
}

interface BrowserGlobals {
  readonly XMLHttpRequest: new () => XhrRequest;
  readonly navigator?: {
    readonly onLine?: boolean;
    readonly connection?: {
      readonly type?: string;
      readonly saveData?: boolean;
      readonly effectiveType?: string;
      addEventListener?(name: 'change', listener: () => void): void;
      removeEventListener?(name: 'change', listener: () => void): void;
    };
  };
  readonly addEventListener?: (name: 'online' | 'offline', listener: () => void) => void;
  readonly removeEventListener?: (name: 'online' | 'offline', listener: () => void) => void;
}

/** The browser's own globals; some are missing in workers and in older browsers. */
export const browser: BrowserGlobals = globalThis as unknown as BrowserGlobals;
