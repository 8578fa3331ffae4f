import { expect, it } from 'vitest';
import { TransferError } from '../errors/transfer-error.ts';
import { assembleSigner } from './assemble-signer.ts';
import { StoreClock } from './store-clock.ts';

const never = (): never => {
  throw new Error('not asked');
};

/** A signer that does nothing but name itself; its tickets are `key:<key>`. */
function signer(prefix: string, store?: string) {
  return assembleSigner<{ readonly key: string }>({
    clock: new StoreClock({ now: () => 0 }),
    ...(store === undefined ? {} : { store }),
    ownKeys: { prefix, publicUrl: null, keyOfBucketUrl: () => null },
    capabilities: never,
    begin: never,
    readTicket: (ticket) => {
      if (!ticket.startsWith('key:')) throw new TransferError('invalid-argument', 'no ticket');
      return { key: ticket.slice(4) };
    },
    sign: never,
    resume: never,
    commit: never,
    discard: never,
    read: never,
    remove: never,
    unfinished: never,
  });
}

it('names the store and its prefix, or nothing', () => {
  expect(signer('a', 'kind bucket').store).toBe('kind bucket/a');
  expect(signer('a', 'kind bucket').store).not.toBe(signer('b', 'kind bucket').store);
  expect(signer('a').store).toBeUndefined();
});

it('tells the key that a ticket is for, and of anything else nothing', () => {
  const { keyOfTicket } = signer('a', 'kind bucket');
  expect([keyOfTicket?.('key:a/x'), keyOfTicket?.('rubbish')]).toEqual(['a/x', null]);
});
