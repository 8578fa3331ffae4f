import { DAY, SECOND } from '@mesibo-files/handler-core/provider';
import { expect, it } from 'vitest';
import { openWorld } from '../../test/signing/world.ts';

const part = { number: 1, size: 100, digests: { crc32: 'AAAAAA==' } };

it("a client's word on the store's time is not believed: the store is asked, and seldom", async () => {
  const told: (number | undefined)[] = [];
  let resumed = 0;
  const world = openWorld({
    signer: (store) => {
      const strict = store.signer({ partSize: 100 });
      return {
        ...strict,
        resume: (ticket, call) => {
          resumed += 1;
          return strict.resume(ticket, call);
        },
        sign: (ticket, parts, call) => {
          told.push(call.storeTime);
          return strict.sign(ticket, parts, call);
        },
      };
    },
  });
  const { ticket } = await world.begin({ size: 300 });
  const lie = { ticket, parts: [part], storeTime: world.clock.now() + 300 * DAY };
  const sign = (body: object): ReturnType<typeof world.post> => world.post('/v1/uploads/sign', body);
  const both = await Promise.all([sign(lie), sign(lie)]);
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
  expect(resumed).toBe(1);
  await world.clock.advance(10 * SECOND - 1);
  await sign(lie);
  expect(resumed).toBe(1);
  await world.clock.advance(1);
  await sign(lie);
  expect(resumed).toBe(2);
  await world.clock.advance(DAY / 2);
  await sign({ ticket, parts: [part] });
  expect([resumed, told]).toEqual([2, Array.from({ length: 5 }, () => undefined)]);
});
