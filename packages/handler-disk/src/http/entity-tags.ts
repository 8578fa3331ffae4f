/** Whether an entity tag is in the list of an If-Match or If-None-Match header; `*` means any. Weak tags are compared by their text. */
export function isListed(header: string, tag: string): boolean {
  return header
    .split(',')
    .map((each) => each.trim())
    .some((each) => each === '*' || each.replace(/^W\//, '') === tag);
}
