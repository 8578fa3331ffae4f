import { type Runtime, type Source, TransferError } from '@mesibo-files/handler-core';
import { contentTypeOf, type HttpBody, toBase64 } from '@mesibo-files/handler-core/provider';
import { multipartForm } from '../upload-url/multipart.ts';
import { uploadUrl } from '../upload-url/upload.ts';
import type { MesiboHttpFields } from './request-fields.ts';

/** A request as it goes out, again for each attempt. */
export interface Prepared {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HttpBody | null;
  /** Names of the headers that only this origin gets. */
  readonly personal: readonly string[];
}

const PERSONAL = ['authorization', 'cookie', 'referer', 'origin'];
const encoder = new TextEncoder();

/**
 * What the fields say, as a request.
 *
 * @param source - the file to upload, opened; null: none
 * @throws `invalid-url`, `invalid-argument`, `unsupported`
 */
export function prepare(fields: MesiboHttpFields, source: Source | null, runtime: Runtime): Prepared {
  for (const name of ['proxy', 'caCertificateFile'] as const) {
    if (fields[name] === null) continue;
    throw new TransferError('unsupported', `${name} is not supported: the request would go without it`, {
      hint: 'Give the runtime an HTTP port that has it, such as nodeHttp({ dispatcher }) or nodeHttp({ ca }).',
    });
  }
  const url = uploadUrl(fields.url);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  url.hash = '';
  const headers: Record<string, string> = {};
  const put = (name: string, value: string | null): void => {
    if (value !== null && value !== '') headers[name] = headerValue(name, value);
  };
  put('user-agent', fields.userAgent);
  put('accept', fields.accept);
  put('accept-encoding', fields.encoding);
  put('cache-control', fields.cacheControl ?? (fields.noCache ? 'no-cache' : null));
  put('cookie', fields.cookie);
  put('referer', fields.referrer);
  put('origin', fields.origin);
  if (fields.ims > 0) put('if-modified-since', new Date(fields.ims * 1000).toUTCString());
  if (username !== '' || password !== '') {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    put('authorization', `Basic ${toBase64(encoder.encode(pair))}`);
  }
  const extra = extraHeaders(fields.extraHeaders ?? '');
  Object.assign(headers, extra);
  const body = bodyOf(fields, source, runtime);
  if (body !== null) headers['content-type'] ??= body.contentType;
  return {
    method: body !== null ? 'POST' : fields.headerOnly ? 'HEAD' : 'GET',
    url,
    headers,
    body: body?.body ?? null,
    // What an app adds by itself may be a token.
    personal: [...PERSONAL, ...Object.keys(extra)],
  };
}

function bodyOf(
  fields: MesiboHttpFields,
  source: Source | null,
  runtime: Runtime,
): { readonly contentType: string; readonly body: HttpBody } | null {
  const { post, postBundle, contentType } = fields;
  if (post !== null) return plain(typeof post === 'string' ? encoder.encode(post) : post, contentType);
  if (source !== null) return form(fields, source, runtime);
  return postBundle === null ? null : plain(encoder.encode(urlEncode(postBundle)), contentType);
}

/** A form's fields as one line, as browsers write it. */
export function urlEncode(bundle: NonNullable<MesiboHttpFields['postBundle']>): string {
  return new URLSearchParams(textsOf(bundle)).toString();
}

function textsOf(bundle: NonNullable<MesiboHttpFields['postBundle']>): Record<string, string> {
  return Object.fromEntries(Object.entries(bundle).map(([name, value]) => [name, String(value)]));
}

function plain(bytes: Uint8Array, contentType: string): { contentType: string; body: HttpBody } {
  return { contentType, body: { size: bytes.length, slices: () => (bytes.length === 0 ? [] : [bytes]) } };
}

function form(
  fields: MesiboHttpFields,
  source: Source,
  { limits, ports }: Runtime,
): ReturnType<typeof plain> {
  const { size, name } = source.facts;
  if (size === null)
    throw new TransferError('unsupported', 'a file of unknown length can not be uploaded so');
  const { uploadOffset: from, uploadEnd, uploadFileField, uploadFileOffsetField } = fields;
  const end = uploadEnd > 0 ? Math.min(uploadEnd + 1, size) : size;
  if (!Number.isSafeInteger(from) || from < 0 || from > end)
    throw new TransferError('invalid-argument', 'uploadOffset is not within the file');
  const shown = fields.uploadFileName ?? name;
  const offset = from > 0 ? { [uploadFileOffsetField]: String(from) } : {};
  return multipartForm(
    { ...textsOf(fields.postBundle ?? {}), ...offset },
    {
      field: uploadFileField,
      name: shown,
      contentType: headerValue('uploadFileType', fields.uploadFileType ?? contentTypeOf(shown)),
      source,
      from,
      size: end,
    },
    limits.sliceSize,
    ports.random,
  );
}

/** @throws `invalid-argument` for a line that is no header */
function extraHeaders(lines: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
      throw new TransferError('invalid-argument', 'extraHeaders has a line that is no "Name: value"');
    headers[name] = headerValue(name, line.slice(colon + 1).trim());
  }
  return headers;
}

/** @throws `invalid-argument` for a value that would begin another header */
function headerValue(name: string, value: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  throw new TransferError('invalid-argument', `${name} has a character that no header can have`);
}
