import { filePart, fiveFields, post } from './forms.ts';
import { TOKEN, type World } from './world.ts';

export const MIB: number = 1024 * 1024;
export const bearer: Readonly<Record<string, string>> = { authorization: `Bearer ${TOKEN}` };

/** Uploads a file, and answers its URL. */
export async function stored(
  { baseUrl }: World,
  bytes: string | Uint8Array,
  name = 'cat.jpg',
  type = 'image/jpeg',
): Promise<string> {
  const { body } = await post(baseUrl, [...fiveFields(), filePart(bytes, name, type)]);
  return String(body.url);
}

/** One request, with no redirect followed. */
export function ask(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Response> {
  return fetch(url, { method, headers, redirect: 'manual' });
}

export async function textOf(response: Promise<Response>): Promise<string> {
  return (await response).text();
}
