/** What a request to a session says of its place in the object. */
export type ContentRange =
  /** `bytes *\/TOTAL`, a question for the offset; with the total it ends an upload that is all there. */
  | { readonly is: 'query'; readonly total: number | undefined }
  /** `bytes FIRST-LAST/TOTAL`; `last` is inclusive, and absent when the body ends the object. */
  | {
      readonly is: 'bytes';
      readonly first: number;
      readonly last: number | undefined;
      readonly total: number | undefined;
    };

const number = (text: string | undefined): number | undefined =>
  text === undefined || text === '*' ? undefined : Number(text);

/** Reads Content-Range; without one the body is the whole object. `undefined` for what is no such header. */
export const parseContentRange = (header: string | undefined): ContentRange | undefined => {
  if (header === undefined) return { is: 'bytes', first: 0, last: undefined, total: undefined };
  const query = /^bytes \*\/(\d{1,15}|\*)$/.exec(header.trim());
  if (query !== null) return { is: 'query', total: number(query[1]) };
  const match = /^bytes (\d{1,15})-(\d{1,15}|\*)\/(\d{1,15}|\*)$/.exec(header.trim());
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = number(match[2]);
  const total = number(match[3]);
  if (last !== undefined && last < first) return undefined;
  if (total !== undefined && (last ?? first - 1) >= total) return undefined;
  return { is: 'bytes', first, last, total };
};

/** Whether the object ends with that body. */
export const isLast = (range: Extract<ContentRange, { is: 'bytes' }>): boolean =>
  range.last === undefined || range.last + 1 === range.total;
