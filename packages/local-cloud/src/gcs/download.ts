import { parseRange } from '../s3/range.ts';
import { objectHeaders } from './attributes.ts';
import type { GcsObject } from './store/types.ts';
import type { GcsHeaders, GcsRequest, GcsResponse } from './types.ts';

/** Answers with an object's bytes, all of them or the range that is asked for. */
export const download = (request: GcsRequest, object: GcsObject, overrides: GcsHeaders = {}): GcsResponse => {
  const range = parseRange(request.headers.get('range'), object.size);
  const { first, last } = range ?? { first: 0, last: object.size - 1 };
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...objectHeaders(object),
      ...overrides,
      'content-length': String(last - first + 1),
      'content-range': range === undefined ? undefined : `bytes ${first}-${last}/${object.size}`,
    },
    body: { object, first, last },
  };
};
