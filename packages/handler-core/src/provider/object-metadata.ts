import type { ObjectFacts, ObjectSender } from '../signer/object.ts';
import type { CommonTicketFacts } from './ticket-facts.ts';

type Metadata = Readonly<Record<string, string | undefined>>;

/** Names of our metadata: letters only, for one store takes no hyphen, and proxies in front of others drop underscores. */
const UID = 'mesibouid';
const MID = 'mesibomid';
const SOURCE = 'mesibosource';
const SECURE = 'mesibosecure';
const TRANSFER_ID = 'mesibotransfer';

/** The facts kept with an object, so that a stateless server knows its owner, and recognises its own earlier success. */
export function objectMetadata(
  facts: Pick<CommonTicketFacts, 'uid' | 'mid' | 'source' | 'secure' | 'transferId'>,
): Record<string, string> {
  return {
    [UID]: String(facts.uid),
    [MID]: facts.mid,
    [SOURCE]: String(facts.source),
    [TRANSFER_ID]: facts.transferId,
    ...(facts.secure ? { [SECURE]: '1' } : {}),
  };
}

/** The owner of an object, by its metadata; nothing for one that was not stored through a signer. */
export function senderOf(metadata: Metadata | undefined): Pick<ObjectFacts, 'sender'> {
  const [uid, source] = [Number(metadata?.[UID] || Number.NaN), Number(metadata?.[SOURCE] || Number.NaN)];
  const mid = metadata?.[MID] ?? '';
  if (!Number.isSafeInteger(uid) || !Number.isSafeInteger(source) || !/^-?\d{1,20}$/.test(mid)) return {};
  // A protected file stays protected, whatever else the metadata says.
  return { sender: { uid, mid, source, secure: metadata?.[SECURE] !== undefined } };
}

/** Whose the object of an upload is. */
export function senderOfTicket({ uid, mid, source, secure }: CommonTicketFacts): ObjectSender {
  return { uid, mid, source, secure };
}

/** Whether an object's metadata shows that this upload made it. */
export function isOurs(
  metadata: Metadata | undefined,
  facts: Pick<CommonTicketFacts, 'transferId'>,
): boolean {
  return facts.transferId !== '' && metadata?.[TRANSFER_ID] === facts.transferId;
}
