import type { DigestAlgorithm, Digests } from '../../digest/hash.ts';
import { MESSAGE_ID, TRANSFER_ID } from '../../naming/facts.ts';
import { normaliseMediaType } from '../../naming/media-type.ts';
import type { SignedPart, SignedRequest } from '../request.ts';
import {
  anObject,
  checked,
  named,
  oneOf,
  positive,
  type Reader,
  reader,
  ShapeError,
  shape,
  textOf,
} from './reader.ts';

export const algorithm: Reader<DigestAlgorithm> = oneOf('crc32', 'crc32c', 'crc64nvme', 'md5', 'sha256');

/** The longest digest there is has 44 characters. */
const digest = {
  optional: textOf('base64', { most: 88, pattern: /^[A-Za-z0-9+/]{1,86}={0,2}$/ }),
};

/** By algorithm, each the base64 of its bytes, most significant first. */
export const digests: Reader<Digests> = named(
  'Digests',
  shape<Digests>({ crc32: digest, crc32c: digest, crc64nvme: digest, md5: digest, sha256: digest }),
);

/** The longest media type, in characters; see `parseMediaType`. */
const MAX_MEDIA_TYPE = 255;

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = String.raw`"(?:[ !#-+\--\[\]-~]|\\[ -+\--~])+"`;

/** What `parseMediaType` takes, for who writes a client; here nothing is matched by it. */
const MEDIA_TYPE: string = `^[\\t ]*${TOKEN}/${TOKEN}[\\t ]*(?:;[\\t ]*(?:${TOKEN}=(?:${TOKEN}|${QUOTED}))?[\\t ]*)*$`;

/** As in `image/png`; it comes out written anew. */
export const mediaType: Reader<string> = reader(
  { type: 'string', maxLength: MAX_MEDIA_TYPE, pattern: MEDIA_TYPE },
  (value, at) => {
    const written = typeof value === 'string' ? normaliseMediaType(value) : null;
    if (written !== null) return written;
    throw new ShapeError([`${at}: not a media type, or one with a comma`]);
  },
);

/** 64 bits in decimal. Some platforms know no unsigned ones, and write what is above 2^63 as negative: modulo 2^64. */
export const mid: Reader<bigint> = reader({ type: 'string', pattern: MESSAGE_ID.source }, (value, at) => {
  const found = typeof value === 'string' && MESSAGE_ID.test(value) ? BigInt(value) : null;
  if (found !== null && found >= -(2n ** 63n) && found < 2n ** 64n) return BigInt.asUintN(64, found);
  throw new ShapeError([`${at}: not 64 bits in decimal`]);
});

/** The same, left as it is. */
export const midText: Reader<string> = textOf('an id', { most: 21, pattern: MESSAGE_ID });

/** Random; kept with the object. */
export const transferId: Reader<string> = textOf('1 to 128 of printable ASCII', {
  most: 128,
  pattern: TRANSFER_ID,
});

const STORE_CODE = /^[\x21-\x7e]{1,64}$/;

/** A store's own code, as a server takes it; what else a store says stays with the client. */
export const storeCode: Reader<string> = textOf('a code', { most: 64, pattern: STORE_CODE });

/** Whether {@link storeCode} takes this. */
export function isStoreCode(code: string): boolean {
  return STORE_CODE.test(code);
}

/** More headers than any store wants. */
const MOST_HEADERS = 100;

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Where bytes may be sent to, and fetched from: http or https, and no user in the URL. */
export const httpUrl: Reader<string> = checked(
  'an http or https URL',
  (value): value is string => {
    if (typeof value !== 'string' || !/^https?:\/\//i.test(value) || !URL.canParse(value)) return false;
    const { username, password } = new URL(value);
    return username === '' && password === '';
  },
  { type: 'string', format: 'uri' },
);

const headers: Reader<Readonly<Record<string, string>>> = reader(
  { type: 'object', additionalProperties: { type: 'string' } },
  (value, at) => {
    const entries = Object.entries(anObject(value, at));
    const isHeader = (entry: [string, unknown]): entry is [string, string] => {
      const [name, content] = entry;
      return NAME.test(name) && typeof content === 'string' && VALUE.test(content);
    };
    if (entries.length <= MOST_HEADERS && entries.every(isHeader)) return Object.fromEntries(entries);
    throw new ShapeError([`${at}: not headers, or too many`]);
  },
);

/** To be sent to the store as it stands. A bearer credential: never log it. */
export const signedRequest: Reader<SignedRequest> = named(
  'SignedRequest',
  shape<SignedRequest>({
    method: oneOf('GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE'),
    url: httpUrl,
    headers,
    timeToLive: positive,
  }),
);

export const signedPart: Reader<SignedPart> = named(
  'SignedPart',
  shape<SignedPart>({ number: positive, request: signedRequest }),
);
