/** What a listing is asked for. */
export interface ListQuery {
  readonly prefix: string;
  readonly delimiter: string;
  /** Names up to and including this one are left out. */
  readonly after: string;
  readonly limit: number;
}

/** One page of a listing, in UTF-8 byte order. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  /** Last name or common prefix of the page. */
  readonly last: string;
}

/** Order of the UTF-8 bytes, which S3 lists in; UTF-16 order differs above U+FFFF. */
export const compareUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Cuts a page out of items that are sorted by name. */
export const listPage = <Item>(
  sorted: Iterable<Item>,
  nameOf: (item: Item) => string,
  query: ListQuery,
): ListPage<Item> => {
  const items: Item[] = [];
  const commonPrefixes: string[] = [];
  let last = '';
  for (const item of sorted) {
    const name = nameOf(item);
    if (!name.startsWith(query.prefix) || (query.after !== '' && compareUtf8(name, query.after) <= 0))
      continue;
    const cut = query.delimiter === '' ? -1 : name.indexOf(query.delimiter, query.prefix.length);
    const common = cut < 0 ? undefined : name.slice(0, cut + query.delimiter.length);
    // What follows a common prefix of an earlier page belongs to that page.
    if (common !== undefined && (common === commonPrefixes.at(-1) || common === query.after)) continue;
    if (items.length + commonPrefixes.length >= query.limit) {
      return { items, commonPrefixes, truncated: query.limit > 0, last };
    }
    if (common === undefined) items.push(item);
    else commonPrefixes.push(common);
    last = common ?? name;
  }
  return { items, commonPrefixes, truncated: false, last };
};
