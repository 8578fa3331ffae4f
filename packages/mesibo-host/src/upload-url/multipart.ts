import { type Source, TransferError } from '@mesibo-files/handler-core';
import { type HttpBody, type RandomPort, toHex } from '@mesibo-files/handler-core/provider';

/** The file part of a form. */
export interface FilePart {
  /** Name of the form's field. */
  readonly field: string;
  /** The file name that the server gets. */
  readonly name: string;
  readonly contentType: string;
  readonly source: Source;
  /** The bytes from this one up to `size` are sent. */
  readonly from: number;
  readonly size: number;
}

export interface Form {
  readonly contentType: string;
  readonly body: HttpBody;
}

const encoder = new TextEncoder();

/**
 * A form as `multipart/form-data` (RFC 7578), fields first. Its length is known before it is sent, and only one slice of
 * the file is in memory at a time, however long the file is.
 *
 * @param sliceSize - bytes read and sent at once
 */
export function multipartForm(
  fields: Readonly<Record<string, string>>,
  file: FilePart,
  sliceSize: number,
  random: Pick<RandomPort, 'bytes'>,
): Form {
  const boundary = `mesibo-${toHex(random.bytes(16))}`;
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
  );
  const about = `name="${quoted(file.field)}"; filename="${quoted(file.name)}"`;
  const head = encoder.encode(
    `${parts.join('')}--${boundary}\r\ncontent-disposition: form-data; ${about}\r\ncontent-type: ${file.contentType}\r\n\r\n`,
  );
  const tail = encoder.encode(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: {
      size: head.length + file.size - file.from + tail.length,
      async *slices() {
        yield head;
        yield* slicesOf(file, sliceSize);
        yield tail;
      },
    },
  };
}

/** A slice is a buffer of its own: the socket may hold one while the next is read. */
async function* slicesOf({ source, from, size }: FilePart, sliceSize: number): AsyncGenerator<Uint8Array> {
  for (let at = from; at < size; ) {
    const slice = new Uint8Array(Math.min(sliceSize, size - at));
    if ((await source.read(at, slice)) < slice.length) throw changed();
    at += slice.length;
    // The server must not take for whole what was written to meanwhile: without its end the form is worth nothing.
    if (at >= size && !(await source.unchanged())) throw changed();
    yield slice;
  }
}

/** What browsers put for characters that would end the quotes. Everything else goes as it is, in UTF-8. */
function quoted(text: string): string {
  return text.replace(/["\r\n]/g, (character) => encodeURIComponent(character));
}

function changed(): TransferError {
  return new TransferError('file-changed', 'the file changed while it was being uploaded');
}
