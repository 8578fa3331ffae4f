/** How far a message has got; the numbers of mesibo's headers. Only the states that this host reaches. */
export const MSGSTATUS = { OUTBOX: 0, SENT: 1, DELIVERED: 2, RECEIVEDNEW: 0x12 } as const;
export type MessageStatus = (typeof MSGSTATUS)[keyof typeof MSGSTATUS];
