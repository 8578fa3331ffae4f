import { describe, expect, it } from 'vitest';
import { bench, bytesOf, requestsOf } from '../../../test/bench.ts';
import type { Fault } from '../../testing/index.ts';
import { manualClock } from '../../testing/index.ts';

const bytes = bytesOf(40);
const few = { limits: { attempts: 2, retryBase: 1, concurrency: 1 } };
const once = { limits: { ...few.limits, attempts: 1 } };
const text = new TextDecoder('latin1').decode(new Uint8Array(16).fill(65));

/** What answers the first of three ranges. */
function answered(headers: Record<string, string>, status = 206, body = text): Fault {
  return { do: 'answer', status, headers, body, method: 'GET', nth: 1 };
}

describe('an answer that does not fit', () => {
  it.each([
    ['a whole file for a range', answered({}, 200)],
    ['another first byte', answered({ 'content-range': 'bytes 1-15/40' })],
    ['another last byte', answered({ 'content-range': 'bytes 0-14/40' })],
    ['another total', answered({ 'content-range': 'bytes 0-15/41' })],
    ['a content-range that is none', answered({ 'content-range': 'elephants 0-15/40' })],
    ['another length', answered({ 'content-length': '15' })],
    ['more bytes than it should', answered({}, 206, `${text}more`)],
    ['no content', answered({}, 204, '')],
  ])('%s', async (_, fault) => {
    const b = bench({}, [fault], once);
    const { url } = await b.send(bytes);
    await expect(b.fetch(url)).rejects.toMatchObject({ code: 'bad-answer' });
    expect(b.files.files.has('/out.bin')).toBe(false);
  });

  it('once is asked for again', async () => {
    const b = bench({}, [{ ...answered({ 'content-range': 'bytes 1-15/40' }), nth: 1 }], few);
    const { url } = await b.send(bytes);
    expect(await b.fetch(url)).toEqual(bytes);
  });

  it('and that ends early is taken for a broken connection', async () => {
    const b = bench({}, [{ ...answered({}, 206, ''), nth: [1, 2] }], once);
    const { url } = await b.send(bytes);
    await expect(b.fetch(url)).rejects.toMatchObject({ code: 'network' });
  });

  it('may leave the total out, as HTTP allows', async () => {
    const b = bench({ proof: 'length' }, [{ ...answered({ 'content-range': 'bytes 0-15/*' }), nth: 1 }], {
      limits: { concurrency: 1 },
    });
    const { url } = await b.send(bytes);
    expect((await b.fetch(url)).subarray(0, 17)).toEqual(
      Uint8Array.from([...new Uint8Array(16).fill(65), bytes[16] ?? 0]),
    );
  });
});

describe('a signed read that is too old', () => {
  it('is renewed once for all that wait', async () => {
    const clock = manualClock();
    const b = bench({ timeToLive: 60_000 }, [], { limits: { concurrency: 3, attempts: 1 } }, { clock });
    const { url } = await b.send(bytes);
    let reads = 0;
    b.store.faults.beforeSigner = (method) => {
      if (method === 'read') reads += 1;
    };
    b.store.faults.delay = () => {
      if (reads === 1 && b.store.requests.at(-1)?.method === 'GET') clock.setNow(Date.UTC(2027, 0, 1));
      return 0;
    };
    const requests = await requestsOf(b, async () => expect(await b.fetch(url)).toEqual(bytes));
    expect(requests.filter(({ status }) => status === 403)).toHaveLength(3);
    expect(reads).toBe(2);
  });

  it('fails as changed when there is another version by then', async () => {
    const clock = manualClock();
    const b = bench({ timeToLive: 60_000 }, [], few, { clock });
    const { url, key } = await b.send(bytes);
    b.store.faults.delay = () => {
      if (b.store.requests.filter(({ kind }) => kind === 'read').length === 1) {
        clock.setNow(Date.UTC(2027, 0, 1));
        b.store.objects.put(key, bytesOf(40, 4));
      }
      return 0;
    };
    await expect(b.fetch(url)).rejects.toMatchObject({ code: 'object-changed' });
  });
});
