import type { Readable } from 'node:stream';
import type { Limits } from '../context/limits.ts';
import { Refusal } from '../http/refusal.ts';
import { Deferred } from './deferred.ts';
import { boundaryOf, Delimiters } from './delimiters.ts';
import type { FormFields } from './fields.ts';
import { FilePart } from './file-part.ts';
import { type FileHead, Multipart } from './multipart.ts';

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
  readonly #parser: Multipart;
  readonly #file = new Deferred<FilePart>();
  readonly #whole = new Deferred<void>();
  #part: FilePart | null = null;
  #over = false;

  /** @throws `Refusal` `not-multipart` */
  constructor(body: Readable, settings: FormSettings) {
    this.#body = body;
    this.#settings = settings;
    const boundary = boundaryOf(settings.contentType);
    if (boundary === null) {
      throw new Refusal('not-multipart', 'The body is no multipart/form-data with a boundary.');
    }
    if (boundary === '') throw new Refusal('bad-multipart', 'The boundary of the form is empty.');
    this.#delimiters = new Delimiters(boundary);
    this.#parser = this.#listen(this.#delimiters.boundary);
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

  #listen(boundary: string): Multipart {
    const { fields, limits, onHeld } = this.#settings;
    return new Multipart(boundary, limits, {
      isField: (name) => fields.expects(name),
      field: (name, value) => {
        if (!this.#over) this.#try(() => fields.add(name, value));
      },
      file: (stream, head) => {
        if (!this.#over) this.#begin(stream, head);
      },
      drained: () => {
        // After the end of the body the client owes nothing more.
        if (this.#over || this.#body.readableEnded) return;
        onHeld(false);
        this.#body.resume();
      },
      ended: () => this.#finish(),
      failed: (error) => this.fail(error),
    });
  }

  #begin(stream: Readable, head: FileHead): void {
    if (this.#part !== null) {
      this.fail(new Refusal('two-files', 'The form has more than one file.'));
      return;
    }
    const { fields, bearer, limits } = this.#settings;
    this.#part = new FilePart(stream, head, this.#whole.promise, limits.maxFileSize);
    fields.fileBegins(bearer);
    this.#file.resolve(this.#part);
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

  #letGo(): void {
    this.#over = true;
    this.#body.off('data', this.#onData);
    this.#body.off('end', this.#onEnd);
    this.#body.off('close', this.#onGone);
  }
}
