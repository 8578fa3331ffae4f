/** Digits of a block's number; the ids of one blob must all be of one length. */
const DIGITS = 6;

/** The number of the block that marks an upload as begun: it is never part of the object. */
export const MARKER = 0;

/** The id of a part's block: its number in six digits, in base64 with no character that a URL would escape. */
export function blockId(number: number): string {
  return btoa(String(number).padStart(DIGITS, '0'));
}

/** The number of a block, or null for an id that is none of ours. */
export function blockNumber(id: string): number | null {
  let text: string;
  try {
    text = atob(id);
  } catch {
    return null;
  }
  return /^\d{6}$/.test(text) ? Number(text) : null;
}
