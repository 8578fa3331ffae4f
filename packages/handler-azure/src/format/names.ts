import { keyOfFileUrl, type OwnKeys, pendingName } from '@mesibo-files/handler-core/provider';
import type { Settings } from '../options.ts';
import type { TicketFacts } from '../ticket.ts';

/** Which file URLs are ours: the CDN's and the container's. */
export function ownKeys({ prefix, publicUrl, baseUrl }: Settings): OwnKeys {
  return { prefix, publicUrl, keyOfBucketUrl: (url) => keyOfFileUrl(baseUrl, url) };
}

/** What decides on the names of an upload. */
type Named = Pick<TicketFacts, 'key' | 'way' | 'staging'>;

/** Whether the bytes of an upload land under another name than its key, and the commit copies them. */
export function waits({ way, staging }: Pick<Named, 'way' | 'staging'>): boolean {
  return staging !== 'none' || way === 'staged';
}

/** The name under which the bytes of an upload land. */
export function landingName(facts: Named, prefix: string): string {
  return waits(facts) ? pendingName(prefix, facts.key) : facts.key;
}

/**
 * The name under which a refusal of a staged upload is marked. Nothing that was signed for the client may write there
 * once it is marked: who may only create can't overwrite, but who may write blocks can.
 */
export function markName({ key, way }: Named, prefix: string): string {
  const name = pendingName(prefix, key);
  return way === 'single' ? name : `${name}.refused`;
}

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
