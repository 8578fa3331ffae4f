import type { Runtime } from '@mesibo-files/handler-core';

/** Values of a form; each is sent as text. */
export type PostBundle = Readonly<Record<string, string | number | bigint | boolean>>;

/** Ours: what mesibo's own library has inside. */
export interface MesiboHttpOptions {
  /** HTTP, files, clock and limits. Default: the process's own runtime. */
  readonly runtime?: Runtime;
  /**
   * Hosts (`host` or `host:port`) that a request with no body may reach although their address is loopback, private or
   * link-local: the URL of a download is a stranger's. Default none.
   */
  readonly privateHosts?: readonly string[];
}

/**
 * What a request of mesibo's HTTP library is told, and what it says afterwards, by mesibo's names. Everything but `url` is
 * optional. *Carried* means: kept and given back, with no behaviour here.
 */
export class MesiboHttpFields {
  /** http or https; `user:password@` becomes Basic authorisation, and is sent nowhere else. */
  url = '';
  /** Unsupported: a request with a proxy fails rather than going without it. Give the runtime another HTTP port. */
  proxy: string | null = null;
  /** The whole body. It goes before {@link postBundle} and {@link uploadFile}. */
  post: Uint8Array | string | null = null;
  /** Fields of a form: URL-encoded, or parts of a multipart form where there is a file. */
  postBundle: PostBundle | null = null;
  /** Of {@link post} and of a URL-encoded form. */
  contentType = 'application/x-www-form-urlencoded';
  cookie: string | null = null;
  /** Further headers, one a line: `Name: value`. */
  extraHeaders: string | null = null;
  userAgent = 'mesibo-files';
  referrer: string | null = null;
  origin: string | null = null;
  /** `Accept-Encoding`. The answer is not decoded: {@link respEncoding} says what it is. */
  encoding: string | null = null;
  cacheControl: string | null = null;
  accept: string | null = null;
  /** `If-Modified-Since`, in seconds since 1970; 0: not sent. */
  ims = 0;

  /** Where the answer's body goes: whole, or not at all. `getData()` is null then. */
  downloadFile: string | null = null;
  /** First byte that is wanted. */
  downloadOffset = 0;
  /** Last byte that is wanted; 0: to the end. Our reading: included. */
  downloadEnd = 0;
  /** The file to send, as one part of a multipart form. */
  uploadFile: string | null = null;
  /** *Carried*: iOS. */
  uploadPhAsset: unknown = null;
  /** *Carried*: iOS. */
  uploadLocalIdentifier: string | null = null;
  /** First byte of the file that is sent; any but 0 is told in {@link uploadFileOffsetField}. */
  uploadOffset = 0;
  /** Last byte of the file that is sent; 0: to its end. Our reading: included. */
  uploadEnd = 0;
  /** Name of the file's part. */
  uploadFileField = 'file';
  uploadFileOffsetField = 'file_offset';
  /** Name of the file in its part; null: the last name of its path. */
  uploadFileName: string | null = null;
  /** Content type of the file's part; null: what its name says. */
  uploadFileType: string | null = null;
  /** *Carried*: undocumented. */
  uploadFileCheckUrl: string | null = null;

  /** Unsupported: hosts are always verified, with the platform's authorities; a request with a file of others fails. */
  caCertificateFile: string | null = null;
  /** The most bytes of an answer that are kept in memory. */
  bufferSize: number = 64 * 1024;
  /** Milliseconds until the request is being sent; 0: the runtime's limit. */
  connectionTimeout = 0;
  /** Milliseconds from the last byte sent to the answer's headers; 0: the runtime's limit. */
  headerTimeout = 0;
  /** Milliseconds between two pieces of the answer's body; 0: the runtime's limit. */
  bodyTimeout = 0;
  /** Redirects that are followed; a body only within its origin. mesibo's default is not known. */
  maxRedirects = 5;
  /** Times a request is tried again after a failure that may pass. mesibo's default is not known. */
  maxRetries = 0;
  /** A broken download continues where it was, if the file is still the same; false: it starts over. */
  resume = true;
  /** Asks for the headers alone. */
  headerOnly = false;
  /** *Carried*: connections are kept. */
  persistent = true;
  /**
   * Gathers the answer, up to {@link bufferSize}; false: `getData()` is the last piece each time the listener is called. Null:
   * gathers, unless there is {@link downloadFile}.
   */
  concatData: boolean | null = null;
  /** The listener hears of the end alone. */
  notifyOnCompleteOnly = false;
  /** *Carried*: JavaScript has one thread for all. */
  onMainThread = true;
  /** *Carried*: Android. */
  handler: unknown = null;
  /** *Carried*: iOS. */
  dispatchQueue: unknown = null;
  /** Asks caches on the way to answer anew. */
  noCache = false;
  /** *Carried*, as the next four: this library keeps no cache of its own. */
  readCache = true;
  readCacheForced = false;
  updateCache = true;
  updateCacheForced = false;
  sendCacheHeader = true;
  /** An object of the app's. */
  other: unknown = null;

  /** 0: done; -1: failed, stopped, or not done yet. */
  result = -1;
  /** HTTP status; 0: none came. */
  respCode = 0;
  /** 0, or -1 after a failure. What failed is in {@link errorName}. */
  errorCode = 0;
  /** What went wrong, for people; it holds no part of the URL but its host. */
  error: string | null = null;
  /** Ours: a code of `ERROR_CODES`. */
  errorName: string | null = null;
  /** Where it is: one of `HTTPSTATE`. */
  state = 0;
  /** Percent in this state; -1 after a failure. */
  progress = 0;
  /** Bytes of the answer's body, by `Content-Length`, else by `Content-Size`; 0: unknown. */
  contentLength = 0;
  /** From which byte on the answer's body is. */
  offset = 0;
  respEncoding: string | null = null;
  respDisposition: string | null = null;
  respETag: string | null = null;
  /** Always false: see {@link readCache}. */
  respCached = false;
  /** Seconds since the answer was made, as a cache on the way says; 0: unknown. */
  contentAge = 0;
  /** *Carried*: undocumented. */
  respFlag = 0;
  /** When the answer came, in milliseconds since 1970; 0: it did not. */
  ts = 0;
  /** The answer's body, or the last piece of it. */
  data: Uint8Array | null = null;
}
