import { givenBlobSource } from '../browser/blob-source.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { Source } from '../ports/ports.ts';
import { type ChunkReader, streamSource } from './stream-source.ts';
import { nameInUrl } from './url-source.ts';

/** A web `ReadableStream` of bytes: all of it that is used, so that those of Node and of the DOM both fit. */
export interface WebByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
    cancel(reason?: unknown): Promise<unknown>;
  };
}

/**
 * What can be uploaded:
 * - a path, which is looked at now and opened when its turn has come; `file:` URLs are paths
 * - bytes, which must not change until the upload has ended
 * - a Blob or a File, with its own name and type
 * - a Node stream (`process.stdin`, too), a web stream, or any async iterable of bytes or text, of any length
 * - an http(s) URL: what it leads to is fetched when its turn has come, and uploaded while it comes in
 * - a {@link Source} of your own
 */
export type UploadFrom =
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | Blob
  | WebByteStream
  | AsyncIterable<Uint8Array | string>
  | Source;

/** What `from` turned out to be. A source is closed by whoever used it. */
export type UploadInput =
  | { readonly kind: 'path'; readonly path: string; readonly name: string }
  | { readonly kind: 'url'; readonly url: URL; readonly name: string }
  | { readonly kind: 'source'; readonly source: Source; readonly name: string };

/** What is known of it beside. */
export interface StatedFacts {
  readonly name?: string;
  readonly size?: number;
}

/** Stands where nothing has a name. */
const NAMELESS = 'file';

/**
 * Decides what `from` is, for Node and browsers alike. A stream is listened to from now on: one that breaks before its
 * turn has come fails the upload, and not the process.
 * @throws `invalid-argument` that says what it is, and what it may be
 */
export function uploadInput(from: unknown, stated: StatedFacts = {}): UploadInput {
  const { size } = stated;
  if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)) {
    throw new TransferError('invalid-argument', 'size: bytes, a whole number');
  }
  if (typeof from === 'string') return pathInput(from);
  if (isUrl(from)) return urlInput(from);
  const given = sourceIn(from, { ...stated });
  if (given !== null) return { kind: 'source', source: given, name: given.facts.name };
  throw new TransferError(
    'invalid-argument',
    `from: ${kindOf(from)} can't be uploaded; pass a path, bytes, a Blob or File, a stream, or a URL`,
  );
}

function sourceIn(from: unknown, { name, size = undefined }: StatedFacts): Source | null {
  if (from instanceof ArrayBuffer) return bytesSource(new Uint8Array(from), name);
  if (ArrayBuffer.isView(from)) {
    return bytesSource(new Uint8Array(from.buffer, from.byteOffset, from.byteLength), name);
  }
  if (typeof from !== 'object' || from === null) return null;
  if (isBlob(from)) return givenBlobSource(from, name ?? nameIn(from) ?? NAMELESS);
  if (isSource(from)) return from;
  const facts = { name: name ?? nameIn(from) ?? NAMELESS, size: size ?? null };
  if (isWebStream(from)) return streamSource(webReader(from), facts);
  if (isIterable(from)) return streamSource(iterableReader(from), facts);
  return null;
}

function pathInput(path: string): UploadInput {
  if (path === '') throw new TransferError('invalid-argument', 'from: the path is empty');
  return { kind: 'path', path, name: path };
}

function urlInput(url: URL): UploadInput {
  if (url.protocol === 'http:' || url.protocol === 'https:')
    return { kind: 'url', url, name: nameInUrl(url) };
  if (url.protocol !== 'file:' || url.host !== '') {
    throw new TransferError(
      'invalid-argument',
      `from: a ${url.protocol} URL can't be uploaded; pass http or https`,
    );
  }
  const path = decodeURIComponent(url.pathname);
  // file:///C:/photo.jpg
  return pathInput(/^\/[a-z]:/i.test(path) ? path.slice(1) : path);
}

/** Bytes in memory. Nothing tells them from others, so an upload of them is not continued by another call. */
function bytesSource(bytes: Uint8Array, name: string = NAMELESS): Source {
  return {
    facts: { size: bytes.length, fingerprint: null, name },
    replayable: true,
    read: async (offset, buffer) => {
      const piece = bytes.subarray(offset, offset + buffer.length);
      buffer.set(piece);
      return piece.length;
    },
    unchanged: async () => true,
    close: async () => undefined,
  };
}

function webReader(stream: WebByteStream): ChunkReader {
  const reader = stream.getReader();
  return { next: () => reader.read(), stop: () => reader.cancel() };
}

function iterableReader(from: AsyncIterable<unknown>): ChunkReader {
  const iterator = from[Symbol.asyncIterator]();
  if (isEmitter(from)) {
    let broken: { readonly error: unknown } | null = null;
    from.on('error', (error) => {
      broken ??= { error };
    });
    return {
      next: async () => {
        if (broken !== null) throw broken.error;
        return iterator.next();
      },
      stop: async () => {
        // An iterator that was never asked does not end its stream.
        if (isDestroyable(from)) from.destroy();
        await iterator.return?.();
      },
    };
  }
  return { next: () => iterator.next(), stop: async () => iterator.return?.() };
}

function isUrl(from: unknown): from is URL {
  return from instanceof URL;
}

function has<Name extends string>(from: object, name: Name): from is Record<Name, unknown> {
  return name in from;
}

function does(from: object, name: string): boolean {
  return has(from, name) && typeof from[name] === 'function';
}

function isBlob(from: object): from is Blob {
  return does(from, 'slice') && does(from, 'arrayBuffer') && has(from, 'size');
}

function isSource(from: object): from is Source {
  return does(from, 'read') && does(from, 'close') && does(from, 'unchanged') && has(from, 'facts');
}

function isWebStream(from: object): from is WebByteStream {
  return does(from, 'getReader');
}

function isIterable(from: object): from is AsyncIterable<unknown> {
  return Symbol.asyncIterator in from;
}

interface Emitter {
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

function isEmitter(from: object): from is Emitter {
  return does(from, 'on');
}

function isDestroyable(from: object): from is { destroy(): unknown } {
  return does(from, 'destroy');
}

/** A File has a name; a stream of `fs` has a path. */
function nameIn(from: object): string | undefined {
  if (has(from, 'name') && typeof from.name === 'string' && from.name !== '') return from.name;
  if (has(from, 'path') && typeof from.path === 'string' && from.path !== '') return from.path;
  return undefined;
}

/** What a value is, in a word or two; never the value itself, which may be large, or secret. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && name !== 'Object' && name !== '' ? `a ${name}` : 'an object';
}
