import type { TicketFacts } from './ticket.ts';

/** No key of a file begins so: there its source stands, which is a number. */
const FOLDER = 'staging/';

/** Where all staged blocks are: a prefix of blob names. */
export function stagingFolder(prefix: string): string {
  return prefix === '' ? FOLDER : `${prefix}/${FOLDER}`;
}

/** The name under which the blocks of an upload are. */
export function blocksName({ key, way }: Pick<TicketFacts, 'key' | 'way'>, prefix: string): string {
  if (way !== 'staged') return key;
  return stagingFolder(prefix) + (prefix === '' ? key : key.slice(prefix.length + 1));
}

/** The key of the file whose blocks are staged under this name. */
export function keyOfStaged(name: string, prefix: string): string {
  const rest = name.slice(stagingFolder(prefix).length);
  return prefix === '' ? rest : `${prefix}/${rest}`;
}
