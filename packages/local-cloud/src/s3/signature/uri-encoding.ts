import { S3Error } from '../errors.ts';

/** Encodes all but `A-Z a-z 0-9 - . _ ~`, as Signature Version 4 wants it. */
export const encodeUri = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Decodes `%XX` as UTF-8; refuses what is neither as InvalidURI. */
export const decodeUri = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  }
};

/** Names and values of a raw query string, decoded, in order. */
export const parseQuery = (raw: string): Array<readonly [name: string, value: string]> =>
  raw
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals < 0 ? pair : pair.slice(0, equals);
      const value = equals < 0 ? '' : pair.slice(equals + 1);
      return [decodeUri(name.replaceAll('+', ' ')), decodeUri(value.replaceAll('+', ' '))] as const;
    });
