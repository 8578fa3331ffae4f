import type { SignedPart, SignedRequest } from '@mesibo-files/handler-core/provider';
import { anObject, checked, oneOf, positive, type Reader, ShapeError, shape } from './reader.ts';

/** More headers than any store wants. */
const MOST_HEADERS = 100;

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Where bytes may be sent to, and fetched from: http or https, and no user in the URL. */
export const httpUrl: Reader<string> = checked('an http or https URL', (value): value is string => {
  if (typeof value !== 'string' || !/^https?:\/\//i.test(value) || !URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username === '' && password === '';
});

const headers: Reader<Readonly<Record<string, string>>> = (value, at) => {
  const entries = Object.entries(anObject(value, at));
  if (entries.length > MOST_HEADERS) throw new ShapeError(`${at} are too many`);
  const isHeader = (entry: [string, unknown]): entry is [string, string] => {
    const [name, content] = entry;
    return NAME.test(name) && typeof content === 'string' && VALUE.test(content);
  };
  if (!entries.every(isHeader)) throw new ShapeError(`${at} are not headers`);
  return Object.fromEntries(entries);
};

export const signedRequest: Reader<SignedRequest> = shape<SignedRequest>({
  method: oneOf('GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE'),
  url: httpUrl,
  headers,
  timeToLive: positive,
});

export const signedPart: Reader<SignedPart> = shape<SignedPart>({ number: positive, request: signedRequest });
