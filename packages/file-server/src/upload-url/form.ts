import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import { KIB } from '@mesibo-files/handler-core/provider';
import type { Limits } from '../context/limits.ts';
import { Refusal } from '../http/refusal.ts';
import { Deferred } from './deferred.ts';
import { boundaryOf, Delimiters, formName } from './delimiters.ts';
import type { FormFields } from './fields.ts';
import { FilePart } from './file-part.ts';

/** Bytes of the headers of one part: a name of 10,000 bytes fits. */
export const PART_HEADER_SIZE: number = 16 * KIB;

/** Headers of one part; three are usual. */
const PART_HEADERS = 32;

/** Bytes that may be on their way through the parser, before the socket has to wait. */
const AHEAD = 256 * KIB;

/** What reading a form needs. */
export interface FormSettings {
  /** The request's Content-Type, which has the boundary in it. */
  readonly contentType: string;
  readonly fields: FormFields;
  /** The token came in a header. */
  readonly bearer: boolean;
  readonly limits: Pick<Limits, 'maxFields' | 'maxFieldSize' | 'maxFileSize'>;
  /** Told of every chunk that comes. */
  readonly onMoved: () => void;
  /** Told when it is the server, and not the client, that lets the other wait, and when no more. */
  readonly onHeld: (held: boolean) => void;
}

/** A `multipart/form-data` body (RFC 7578) with one file, read as fast as the file is taken, and no faster. */
export class Form {
  readonly #body: Readable;
  readonly #settings: FormSettings;
  readonly #delimiters: Delimiters;
  readonly #parser: InstanceType<typeof Busboy>;
  readonly #file = new Deferred<FilePart>();
  readonly #whole = new Deferred<void>();
  #part: FilePart | null = null;
  #seen = false;
  #over = false;

  /** @throws `Refusal` `not-multipart` */
  constructor(body: Readable, settings: FormSettings) {
    this.#body = body;
    this.#settings = settings;
    const boundary = boundaryOf(settings.contentType);
    if (boundary === null) throw notMultipart();
    if (boundary === '') throw new Refusal('bad-multipart', 'The boundary of the form is empty.');
    this.#delimiters = new Delimiters(boundary);
    this.#parser = parserFor(settings, this.#delimiters.boundary);
    this.#listen();
    body.on('data', this.#onData);
    body.on('end', this.#onEnd);
    body.on('error', this.#onGone);
    body.on('close', this.#onGone);
  }

  /** The file, as soon as it begins; every field before it was seen. Rejects with `no-file` when there is none. */
  get file(): Promise<FilePart> {
    return this.#file.promise;
  }

  /** Resolves when all of the form came, in order. @throws `Refusal` that says what is wrong with it */
  get whole(): Promise<void> {
    return this.#whole.promise;
  }

  /** Stops reading; whoever waits for something of it gets this error. */
  fail(error: unknown): void {
    if (this.#over) return;
    this.#letGo();
    this.#file.reject(error);
    this.#whole.reject(error);
    this.#part?.fail(error);
  }

  #listen(): void {
    const { fields, bearer } = this.#settings;
    const parser = this.#parser;
    parser.on('field', (name, value, _, truncated, encoding) => {
      this.#seen = true;
      if (isEncoded(encoding)) return this.fail(encodedPart());
      if (truncated) return this.fail(new Refusal('too-many-fields', 'A field of the form is too long.'));
      // A part may come without a name.
      if (typeof name === 'string') this.#try(() => fields.add(name, value));
    });
    parser.on('file', (_, stream, name, encoding, contentType) => {
      // Whatever becomes of the form, an error of this stream must have a listener.
      stream.on('error', () => undefined);
      this.#seen = true;
      if (this.#part !== null) return this.fail(new Refusal('two-files', 'The form has more than one file.'));
      if (isEncoded(encoding)) return this.fail(encodedPart());
      const facts = { name: formName(name ?? ''), contentType: contentType ?? '' };
      this.#part = new FilePart(stream, facts, this.#whole.promise, this.#settings.limits.maxFileSize);
      fields.fileBegins(bearer);
      this.#file.resolve(this.#part);
    });
    for (const event of ['fieldsLimit', 'partsLimit', 'filesLimit'] as const) {
      parser.on(event, () => this.fail(new Refusal('too-many-fields', 'The form has too many parts.')));
    }
    parser.on('drain', () => {
      // After the end of the body the client owes nothing more.
      if (this.#over || this.#body.readableEnded) return;
      this.#settings.onHeld(false);
      this.#body.resume();
    });
    parser.on('error', (cause) => this.fail(this.#unreadable(cause)));
    parser.on('finish', () => this.#finish());
  }

  #try(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fail(error);
    }
  }

  readonly #onData = (chunk: Uint8Array): void => {
    this.#settings.onMoved();
    if (this.#write(this.#delimiters.take(chunk)) || this.#over) return;
    this.#settings.onHeld(true);
    this.#body.pause();
  };

  readonly #onEnd = (): void => {
    this.#settings.onHeld(true);
    this.#write(this.#delimiters.end());
    this.#parser.end();
  };

  /** Whether the parser takes more at once. */
  #write(pieces: readonly Uint8Array[]): boolean {
    let room = true;
    for (const piece of pieces) {
      if (this.#over) return true;
      room = this.#parser.write(piece) && room;
    }
    return room;
  }

  /** The body closes after its end, too; then it is the parser that speaks. */
  readonly #onGone = (): void => {
    if (!this.#body.readableEnded) this.fail(new Refusal('body-cut-off', 'The client went away.'));
  };

  #finish(): void {
    if (this.#over) return;
    if (this.#part === null) {
      this.fail(new Refusal('no-file', 'The form has no file.'));
      return;
    }
    this.#letGo();
    this.#whole.resolve();
  }

  #unreadable(cause: unknown): Refusal {
    return this.#seen
      ? new Refusal('body-cut-off', 'The form ends before its closing boundary.', {}, cause)
      : new Refusal('bad-multipart', 'The body has no part with this boundary.', {}, cause);
  }

  #letGo(): void {
    this.#over = true;
    this.#body.off('data', this.#onData);
    this.#body.off('end', this.#onEnd);
    this.#body.off('close', this.#onGone);
  }
}

function notMultipart(cause?: unknown): Refusal {
  return new Refusal('not-multipart', 'The body is no multipart/form-data with a boundary.', {}, cause);
}

/** RFC 7578 has no encodings any more. A part that says it has one would be stored as something else than was meant. */
function isEncoded(encoding: string): boolean {
  return !['', '7bit', '8bit', 'binary'].includes(encoding.trim().toLowerCase());
}

function encodedPart(): Refusal {
  return new Refusal('encoded-body', 'A part of the form has a Content-Transfer-Encoding.');
}

function parserFor({ limits, fields }: FormSettings, boundary: string): InstanceType<typeof Busboy> {
  try {
    return new Busboy({
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      highWaterMark: AHEAD,
      fileHwm: AHEAD,
      preservePath: true,
      isPartAFile: (field, type, name) =>
        name !== undefined || (type === 'application/octet-stream' && !fields.knows(field ?? '')),
      limits: {
        fields: limits.maxFields,
        fieldSize: limits.maxFieldSize,
        files: 2,
        parts: limits.maxFields + 2,
        headerPairs: PART_HEADERS,
        headerSize: PART_HEADER_SIZE,
      },
    });
  } catch (cause) {
    throw notMultipart(cause);
  }
}
