import type { CommonTicketFacts } from './ticket-facts.ts';

/** Names of our metadata: letters only, for one store takes no hyphen, and proxies in front of others drop underscores. */
const TRANSFER_ID = 'mesibotransfer';

/** What is kept with an object, so that a stateless server can tell whose it is, and its own earlier success. */
export function objectMetadata(facts: CommonTicketFacts): Record<string, string> {
  return {
    mesibouid: String(facts.uid),
    mesibomid: facts.mid,
    mesibosource: String(facts.source),
    [TRANSFER_ID]: facts.transferId,
  };
}

/** Whether an object's metadata shows that this upload made it. */
export function isOurs(
  metadata: Readonly<Record<string, string | undefined>> | undefined,
  facts: Pick<CommonTicketFacts, 'transferId'>,
): boolean {
  return facts.transferId !== '' && metadata?.[TRANSFER_ID] === facts.transferId;
}
