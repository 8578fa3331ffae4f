import { expect, it } from 'vitest';
import type { QuotaRules, Quotas, Reservation } from '../../src/context/quotas.ts';

const MINUTE = 60_000;
/** The beginning of a period, of a minute and of a day. */
const NOW: number = 20_000 * 24 * 60 * MINUTE;

const own = (id: string): { user: string; id: string } => ({ user: 'uid:7', id });
const room = (id: string, bytes: number, until: number = NOW + 1_000_000): Reservation => ({
  ...own(id),
  bytes,
  until,
});

/** What all quotas do. `make`: two views, as two processes have them, of quotas that no other test uses. */
export function describeQuotas(
  make: (rules: QuotaRules) => { readonly one: Quotas; readonly other: Quotas },
): void {
  it('let through what fits, count what is reserved, and tell when the period ends', async () => {
    const { one, other } = make({ bytes: 100, per: MINUTE });
    expect(await one.reserve(room('a', 60), NOW)).toEqual({ allowed: true, retryAfter: 0 });
    expect(await other.reserve(room('b', 41), NOW + 10_000)).toEqual({ allowed: false, retryAfter: 50_000 });
    expect(await other.reserve(room('b', 40), NOW)).toMatchObject({ allowed: true });
    expect(await one.reserve(room('c', 1), NOW)).toMatchObject({ allowed: false });
    expect(await one.reserve({ ...room('c', 100), user: 'uid:8' }, NOW)).toMatchObject({ allowed: true });
  });

  it('count what is stored by its own size, once, until the period ends', async () => {
    const { one, other } = make({ bytes: 100, per: MINUTE });
    await one.reserve(room('a', 100), NOW);
    await other.settle(own('a'), 30, NOW);
    await one.settle(own('a'), 30, NOW);
    await one.release(own('a'));
    expect(await one.reserve(room('b', 71), NOW)).toMatchObject({ allowed: false });
    expect(await one.reserve(room('b', 70), NOW)).toMatchObject({ allowed: true });
    await one.release(own('b'));
    expect(await other.reserve(room('c', 100), NOW + MINUTE - 1)).toMatchObject({ allowed: false });
    expect(await other.reserve(room('c', 100), NOW + MINUTE)).toMatchObject({ allowed: true });
  });

  it('give back what is released, however often, and what lapses', async () => {
    const { one, other } = make({ bytes: 100 });
    await one.reserve(room('a', 60, NOW + 5000), NOW);
    await one.reserve(room('b', 40), NOW);
    await other.release(own('b'));
    await one.release(own('b'));
    expect(await one.reserve(room('c', 40), NOW)).toMatchObject({ allowed: true });
    expect(await one.reserve(room('d', 60), NOW + 4999)).toMatchObject({ allowed: false });
    expect(await other.reserve(room('d', 60), NOW + 5000)).toMatchObject({ allowed: true });
    await one.settle(own('a'), 60, NOW + 5000);
    await other.release(own('d'));
    expect(await one.reserve(room('e', 60), NOW + 5000)).toMatchObject({ allowed: true });
  });

  it('renew a reservation in place of counting it twice', async () => {
    const { one, other } = make({ bytes: 100, files: 1 });
    await one.reserve(room('a', 100, NOW + 5000), NOW);
    expect(await other.reserve(room('a', 90, NOW + 9000), NOW + 4000)).toMatchObject({ allowed: true });
    expect(await one.reserve(room('b', 1), NOW + 6000)).toMatchObject({ allowed: false });
    expect(await one.reserve(room('b', 1), NOW + 9000)).toMatchObject({ allowed: true });
  });

  it('count files', async () => {
    const { one, other } = make({ files: 2 });
    await one.reserve(room('a', 10 ** 12), NOW);
    await other.settle(own('a'), 0, NOW);
    expect(await one.reserve(room('b', 0), NOW)).toMatchObject({ allowed: true });
    expect(await one.reserve(room('c', 0), NOW)).toMatchObject({ allowed: false });
  });

  it('never let through together what is too much', async () => {
    const { one, other } = make({ bytes: 10 });
    const asked = Array.from({ length: 40 }, (_, index) => {
      return (index % 2 === 0 ? one : other).reserve(room(`r${index}`, 1), NOW);
    });
    expect((await Promise.all(asked)).filter(({ allowed }) => allowed)).toHaveLength(10);
  });
}
