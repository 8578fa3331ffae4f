import type { Readable } from 'node:stream';
import { Dicer } from '@fastify/busboy';
import { KIB, parseDisposition } from '@mesibo-files/handler-core/provider';
import type { Limits } from '../context/limits.ts';
import { Refusal } from '../http/refusal.ts';

/** Bytes of the headers of one part: a name of 10,000 bytes fits. */
export const PART_HEADER_SIZE: number = 16 * KIB;

/** Headers of one part; three are usual. */
const PART_HEADERS = 32;

/** Bytes that may be on their way through the parser, before the socket has to wait. */
const AHEAD = 256 * KIB;

/** What the client says of a file. */
export interface FileHead {
  /** May have folders and worse in it; empty where it is not stated. */
  readonly name: string;
  /** Empty where it is not stated. */
  readonly contentType: string;
}

/** What is told of a body. `failed` may be told more than once, and anything may be told after it. */
export interface PartListener {
  /** Whether a part with this name, and no file's name, is a field whatever its type. */
  readonly isField: (name: string) => boolean;
  readonly field: (name: string, value: string) => void;
  /** A file begins; nothing of it is read yet. */
  readonly file: (stream: Readable, head: FileHead) => void;
  /** There is room again, after `write` said that there is none. */
  readonly drained: () => void;
  /** All parts have come, up to the closing delimiter. */
  readonly ended: () => void;
  readonly failed: (error: Refusal) => void;
}

/** Headers of a part: names in lower case, values as bytes read as Latin-1. */
type PartHeaders = Readonly<Record<string, readonly string[] | undefined>>;

/**
 * The parts of a multipart/form-data body, in their order: fields whole, a file as a stream. The parser behind it cuts the
 * body into parts and no more: its own reading of part headers gives up on a `filename*` that follows a quoted name.
 */
export class Multipart {
  readonly #parser: Dicer;
  readonly #listener: PartListener;
  readonly #limits: Pick<Limits, 'maxFields' | 'maxFieldSize'>;
  #fields = 0;
  #parts = 0;
  /** Decides on the part before: all of it has come, though its stream may tell so later. */
  #settle: () => void = () => undefined;
  #seen = false;

  constructor(boundary: string, limits: Pick<Limits, 'maxFields' | 'maxFieldSize'>, listener: PartListener) {
    this.#listener = listener;
    this.#limits = limits;
    const settings = {
      boundary,
      highWaterMark: AHEAD,
      partHwm: AHEAD,
      maxHeaderPairs: PART_HEADERS,
      maxHeaderSize: PART_HEADER_SIZE,
    };
    this.#parser = new Dicer(settings);
    this.#parser.on('part', (stream) => this.#begin(stream));
    this.#parser.on('drain', () => listener.drained());
    this.#parser.on('error', (cause) => listener.failed(this.#unreadable(cause)));
    this.#parser.on('finish', () => {
      this.#settle();
      listener.ended();
    });
  }

  /** Whether it takes more at once. */
  write(bytes: Uint8Array): boolean {
    return this.#parser.write(bytes);
  }

  /** The body has ended. */
  end(): void {
    this.#parser.end();
  }

  #begin(stream: Readable): void {
    this.#settle();
    // An error of this stream must have a listener, whatever happens to the form.
    stream.on('error', () => undefined);
    this.#parts += 1;
    if (this.#parts > this.#limits.maxFields + 2) this.#tooMany('The form has too many parts.');
    else stream.on('header', (headers: PartHeaders) => this.#read(stream, headers));
  }

  #read(stream: Readable, headers: PartHeaders): void {
    const { kind, field, fileName } = parseDisposition(headers['content-disposition']?.[0] ?? '');
    if (kind !== 'form-data') {
      stream.resume();
      return;
    }
    this.#seen = true;
    if (isEncoded(headers['content-transfer-encoding']?.[0] ?? '')) {
      this.#listener.failed(
        new Refusal('encoded-body', 'A part of the form has a Content-Transfer-Encoding.'),
      );
      return;
    }
    const contentType = headers['content-type']?.[0] ?? '';
    const head = { name: fileName ?? '', contentType };
    if (fileName) this.#listener.file(stream, head);
    else if (fileName === '' || this.#isFile(field ?? '', contentType)) this.#await(stream, head);
    else this.#take(stream, field, contentType);
  }

  /** A part with a type and no file's name is a file, unless it is a field, or text. */
  #isFile(field: string, contentType: string): boolean {
    const isText = contentType === '' || /^\s*text\/|;\s*charset=/i.test(contentType);
    return !isText && !this.#listener.isField(field);
  }

  /** A browser sends a file with no name and no bytes where none was chosen: its first byte makes it one. */
  #await(stream: Readable, head: FileHead): void {
    const onData = (chunk: Uint8Array): void => {
      stream.off('data', onData);
      stream.pause();
      stream.unshift(chunk);
      this.#settle = () => undefined;
      this.#listener.file(stream, head);
    };
    stream.on('data', onData);
    this.#settle = () => void stream.read();
  }

  #take(stream: Readable, name: string | null, contentType: string): void {
    this.#fields += 1;
    if (this.#fields > this.#limits.maxFields) {
      this.#tooMany('The form has too many parts.');
      return;
    }
    const chunks: Uint8Array[] = [];
    let room = this.#limits.maxFieldSize;
    stream.on('data', (chunk: Uint8Array) => {
      room -= chunk.length;
      if (room < 0) this.#tooMany('A field of the form is too long.');
      else chunks.push(chunk);
    });
    let open = true;
    const settle = (): void => {
      if (!open) return;
      open = false;
      while (stream.read() !== null);
      // A part may come without a name.
      if (room >= 0 && name !== null) this.#listener.field(name, textOf(chunks, contentType));
    };
    this.#settle = settle;
    stream.once('end', settle);
  }

  #tooMany(message: string): void {
    this.#listener.failed(new Refusal('too-many-fields', message));
  }

  #unreadable(cause: unknown): Refusal {
    return this.#seen
      ? new Refusal('body-cut-off', 'The form ends before its closing boundary.', {}, cause)
      : new Refusal('bad-multipart', 'The body has no part with this boundary.', {}, cause);
  }
}

/** RFC 7578 has no encodings any more. A part that says it has one would be stored as something else than was meant. */
function isEncoded(encoding: string): boolean {
  return !['', '7bit', '8bit', 'binary'].includes(encoding.trim().toLowerCase());
}

/** In the character set that the part names, or in UTF-8. */
function textOf(chunks: readonly Uint8Array[], contentType: string): string {
  const [, charset = 'utf-8'] = /;\s*charset="?([\w.:-]+)/i.exec(contentType) ?? [];
  const bytes = Buffer.concat(chunks);
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString();
  }
}
