/** One part of a form. */
export interface Part {
  readonly name: string;
  readonly value: string | Uint8Array;
  /** Makes it a file. */
  readonly filename?: string;
  readonly type?: string;
}

export const BOUNDARY = 'a-boundary-of-tests';

/** The five fields of mesibo's documents. */
export function fiveFields(changes: Readonly<Record<string, string | null>> = {}): Part[] {
  const fields = { op: 'upload', auth: 'let-me-in', uid: '7', mid: '42', source: '0', ...changes };
  return Object.entries(fields)
    .filter((entry): entry is [string, string] => entry[1] !== null)
    .map(([name, value]) => ({ name, value }));
}

export function filePart(bytes: string | Uint8Array, filename = 'cat.jpg', type = 'image/jpeg'): Part {
  return { name: 'photo', value: bytes, filename, type };
}

/** A form as it goes over the wire. */
export function encodeForm(parts: readonly Part[], boundary: string = BOUNDARY): Buffer {
  const pieces = parts.flatMap(({ name, value, filename, type }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"`;
    const typed = type === undefined ? '' : `content-type: ${type}\r\n`;
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n${typed}\r\n`;
    return [Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')];
  });
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

export function formHeaders(boundary: string = BOUNDARY): Record<string, string> {
  return { 'content-type': `multipart/form-data; boundary=${boundary}` };
}

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Posts a form to the upload URL. */
export async function post(
  baseUrl: string,
  form: readonly Part[] | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${baseUrl}/upload`, {
    method: 'POST',
    headers: { ...formHeaders(), ...headers },
    body: new Uint8Array(form instanceof Uint8Array ? form : encodeForm(form)),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}
