import { TransferError } from '@mesibo-files/handler-core';

/**
 * What a server of the upload URL speaks. `current`: token in `auth`, answer `{"result": true, "url": "…"}`. `legacy`,
 * as servers of the FileInfo generation: token in `token`, `profile` 0 or 1 besides, answer
 * `{"result": "OK", "file": "…"}`.
 */
export type UploadDialect = 'current' | 'legacy';

/** How mesibo moves files without a handler; beside what mesibo's own `setUploadUrl` takes. Every one has a default. */
export interface UploadUrlOptions {
  /** Name of the form's file part. Default `photo`, as in mesibo's samples; its HTTP library's own default is `file`. */
  readonly fileField?: string;
  /** Default `current`. */
  readonly dialect?: UploadDialect;
  /** Headers of every upload, names in lower case. Default none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Times an upload is tried again after a failure that may pass. From 0, default 10, as in mesibo's samples. */
  readonly maxRetries?: number;
  /** Redirects of one upload that are followed, within its origin: the token must not get elsewhere. From 0, default 5. */
  readonly maxRedirects?: number;
  /** Resumes a broken upload, at a server that can append. Default: it starts over. */
  readonly resume?: UploadResume;
  /** Origins (`https://files.example`) whose protected downloads get the token, beside the upload URL's own. Default none. */
  readonly secureOrigins?: readonly string[];
  /** How a protected download carries the token: `Authorization: Bearer` (default), or `auth` in the query. */
  readonly sendToken?: 'header' | 'query';
  /**
   * Hosts (`host`, or `host:port` where the port is not the scheme's own) that downloads may reach although their
   * address is loopback, private or link-local, beside the upload URL's own. Default none.
   */
  readonly privateHosts?: readonly string[];
}

/** How a broken upload resumes. */
export interface UploadResume {
  /** Name of the form's field that says from which byte on the file part is. Default `file_offset`. */
  readonly field?: string;
  /**
   * Asks the server how many bytes of this upload it holds, from the first; 0: it starts over. What was sent is no
   * answer to that. mesibo does not document how its own library asks, so it is yours to say.
   */
  readonly stored: (upload: {
    readonly url: string;
    readonly fields: Readonly<Record<string, string>>;
    /** Bytes of the file. */
    readonly size: number;
    readonly signal: AbortSignal;
  }) => number | Promise<number>;
}

/** @throws `invalid-argument` that names every option out of its bounds */
export function checkUploadUrlOptions(options: UploadUrlOptions): UploadUrlOptions {
  const mistakes: string[] = [];
  for (const name of ['maxRetries', 'maxRedirects'] as const) {
    const value = options[name] ?? 0;
    if (!Number.isInteger(value) || value < 0) mistakes.push(`${name} must be a whole number from 0`);
  }
  if (options.fileField === '') mistakes.push('fileField must not be empty');
  for (const origin of options.secureOrigins ?? []) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      mistakes.push(`secureOrigins: ${JSON.stringify(origin)} is no origin such as https://files.example`);
  }
  if (mistakes.length > 0) throw new TransferError('invalid-argument', mistakes.join('; '));
  return options;
}

/** What `setUploadUrl` was told. */
export interface UploadServer {
  readonly url: string;
  readonly token: string | null;
  readonly options: UploadUrlOptions;
}
