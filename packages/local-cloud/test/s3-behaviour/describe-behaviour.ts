import { beforeAll, describe, expect, it } from 'vitest';
import { call, type Store } from '../call.ts';
import { s3Checks } from './checks.ts';
import type { Server } from './types.ts';

/** Runs every check against a server and compares with what is stated of it. */
export const describeBehaviour = (server: Server, open: () => Promise<Omit<Store, 'bucket'>>): void => {
  describe(`S3 behaviour of ${server}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = { ...(await open()), bucket: `behaviour-${Date.now().toString(36)}` };
      const { status, body } = await call(store, { method: 'PUT' });
      if (status !== 200) throw new Error(`the bucket could not be made: ${status} ${body}`);
    });
    for (const { name, run, expected, enforcedBy, recorded } of s3Checks) {
      it(name, async () => {
        const stated = enforcedBy.includes(server) ? expected : recorded[server];
        expect(await run(store)).toEqual(stated);
      });
    }
  });
};
