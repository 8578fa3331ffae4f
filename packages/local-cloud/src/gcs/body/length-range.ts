import { GcsError } from '../errors.ts';

/** Least and most bytes a body may have, both inclusive. */
export interface LengthRange {
  readonly least: number;
  readonly most: number;
}

/** Most bytes of an object. Source: "Quotas and limits", 5 TiB. */
export const maximumObjectBytes: number = 5 * 1024 ** 4;

const anyLength: LengthRange = { least: 0, most: maximumObjectBytes };

/** Reads `x-goog-content-length-range: least,most`. */
export const readLengthRange = (headers: ReadonlyMap<string, string>): LengthRange => {
  const header = headers.get('x-goog-content-length-range');
  if (header === undefined) return anyLength;
  const match = /^(\d{1,15}),\s*(\d{1,15})$/.exec(header.trim());
  const range = match === null ? undefined : { least: Number(match[1]), most: Number(match[2]) };
  if (range !== undefined && range.least <= range.most) return range;
  throw new GcsError('InvalidArgument', 'Invalid argument.', {
    elements: { Details: `Invalid x-goog-content-length-range: ${header}` },
  });
};

/** Refuses more than the range allows; called as soon as it is known. */
export const checkNotTooLarge = (size: number, range: LengthRange): void => {
  if (size <= range.most) return;
  throw new GcsError(
    'EntityTooLarge',
    'Your proposed upload is larger than the maximum object size specified in your Policy Document.',
    { elements: { Details: `Content length ${size} is above ${range.most}` } },
  );
};

/** Refuses a size outside of the range. */
export const checkLength = (size: number, range: LengthRange): void => {
  checkNotTooLarge(size, range);
  if (size >= range.least) return;
  throw new GcsError(
    'EntityTooSmall',
    'Your proposed upload is smaller than the minimum object size specified in your Policy Document.',
    { elements: { Details: `Content length ${size} is below ${range.least}` } },
  );
};
