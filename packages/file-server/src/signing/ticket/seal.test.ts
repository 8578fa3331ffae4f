import fc from 'fast-check';
import { CompactEncrypt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { ticketKeys } from '../../../test/signing/secrets.ts';
import type { TicketKey } from '../../context/options.ts';
import type { TicketFacts } from '../../context/signing-state.ts';
import { sealingKeys } from './keys.ts';
import { TicketSeal } from './seal.ts';

/** How many cases each property is tried with; the gate tries thousands. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);

const facts: TicketFacts = {
  inner: 'the ticket of the store, with a session URI in it',
  store: 's3',
  uid: 7,
  mid: '18446744073709551615',
  source: 0,
  size: null,
  maxSize: 5_000,
  contentType: 'video/mp4',
  name: 'Ferien 🌴.mp4',
  secure: true,
  until: 2,
  credential: null,
  authorisedUntil: 1,
  holding: null,
};

const SERVER = 'https://files.example.com';
const OTHER: TicketKey = { id: 'second', secret: new Uint8Array(32).fill(7) };
const [FIRST] = ticketKeys;

async function sealOf(
  keys: readonly [TicketKey, ...TicketKey[]],
  server: string = SERVER,
): Promise<TicketSeal> {
  return new TicketSeal(await sealingKeys(keys, server));
}

let seal: TicketSeal;
let ticket: string;

beforeAll(async () => {
  seal = await sealOf(ticketKeys);
  ticket = await seal.seal(facts);
});

const refused = expect.objectContaining({
  code: 'ticket-refused',
  message: 'This is no ticket of this server.',
});

describe('a sealed ticket', () => {
  it('is opened again, by any replica with the key, and shows nothing of what is in it', async () => {
    expect(await (await sealOf(ticketKeys)).open(ticket)).toEqual(facts);
    const shown = ticket.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    expect(JSON.parse(shown[0] ?? '')).toEqual({
      alg: 'dir',
      enc: 'A256GCM',
      kid: 'first',
      typ: 'mesibo-files-upload+1',
    });
    expect(shown.slice(1).join()).not.toMatch(/session|s3|video/);
    expect(await seal.seal(facts)).not.toBe(ticket);
  });

  it('of a key that was replaced is opened as long as the key is there', async () => {
    const rotated = await sealOf([OTHER, FIRST]);
    expect(await rotated.open(ticket)).toEqual(facts);
    const newer = await rotated.seal(facts);
    expect(Buffer.from(newer.split('.')[0] ?? '', 'base64url').toString()).toContain('"kid":"second"');
    await expect(seal.open(newer)).rejects.toEqual(refused);
    await expect((await sealOf([OTHER])).open(ticket)).rejects.toEqual(refused);
  });

  it('of another secret with the same id, or of another server with the same secret, is refused', async () => {
    await expect((await sealOf([{ ...OTHER, id: FIRST.id }])).open(ticket)).rejects.toEqual(refused);
    await expect((await sealOf(ticketKeys, `${SERVER}/b`)).open(ticket)).rejects.toEqual(refused);
  });

  it('of another algorithm or type is refused, though the key is right', async () => {
    const [{ key }] = await sealingKeys(ticketKeys, SERVER);
    const write = (header: { alg: string; enc: string; typ?: string }, text: string): Promise<string> =>
      new CompactEncrypt(new TextEncoder().encode(text))
        .setProtectedHeader({ kid: FIRST.id, ...header })
        .encrypt(key);
    const good = { alg: 'dir', enc: 'A256GCM', typ: 'mesibo-files-upload+1' };
    expect(await seal.open(await write(good, JSON.stringify(facts)))).toEqual(facts);
    const wrong = [
      await write({ alg: 'dir', enc: 'A256GCM' }, JSON.stringify(facts)),
      await write({ ...good, typ: 'JWT' }, JSON.stringify(facts)),
      await write(good, JSON.stringify({ ...facts, uid: 'all' })),
      await write(good, '{}'),
      await write(good, 'no JSON'),
      'eyJhbGciOiJub25lIn0.e30.',
      `eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0${ticket.slice(ticket.indexOf('.'))}`,
      facts.inner,
    ];
    for (const each of wrong) await expect(seal.open(each)).rejects.toEqual(refused);
  });

  it('changed anywhere is refused, also where the bits of the change stand for nothing', async () => {
    const character = fc.constantFrom(...'ABYZabyz0189-_.=+/ \u0000é'.split(''));
    const changed = fc.oneof(
      fc
        .tuple(fc.nat(ticket.length - 1), character)
        .map(([at, by]) => ticket.slice(0, at) + by + ticket.slice(at + 1)),
      fc.tuple(fc.nat(ticket.length), fc.nat(ticket.length)).map(([from, to]) => ticket.slice(from, to)),
      fc
        .tuple(fc.nat(ticket.length), fc.string())
        .map(([at, by]) => ticket.slice(0, at) + by + ticket.slice(at)),
      fc.shuffledSubarray(ticket.split('.'), { minLength: 5 }).map((parts) => parts.join('.')),
      fc.string({ maxLength: 300 }),
    );
    // The last letter of a part has bits that stand for nothing: the tag's has four.
    const tag = ticket.slice(-1);
    for (const by of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      if (by !== tag) await expect(seal.open(ticket.slice(0, -1) + by)).rejects.toEqual(refused);
    }
    await fc.assert(
      fc.asyncProperty(changed, async (other) => {
        const opened = await seal.open(other).catch((error: unknown) => error);
        expect(opened).toEqual(other === ticket ? facts : refused);
      }),
      { numRuns: RUNS },
    );
  });
});
