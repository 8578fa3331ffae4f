import { expect, it } from 'vitest';
import { bytesOf } from '../../test/bench.ts';
import { watched } from '../../test/context.ts';
import { createRuntime, type Signer, upload } from '../index.ts';
import { manualClock, memoryFiles, memoryStore, seededRandom } from '../memory/index.ts';
import { alwaysOnline, nodeHash } from '../node/index.ts';

/** A device with one lane, and a store of which one method hangs for good and hears no signal. */
function world() {
  const clock = manualClock();
  const hash = nodeHash();
  const random = seededRandom(5);
  const store = memoryStore({ random, hash, clock });
  const files = memoryFiles();
  const runtime = createRuntime({
    ports: { files, http: store.http, clock, random, hash, network: alwaysOnline },
    admission: { maxTransfers: 1 },
  });
  const signer = store.signer({ partSize: 16 });
  const send = (by: Signer, path: string, signal?: AbortSignal) => {
    files.files.set(path, bytesOf(40));
    return watched(upload({ signer: by, from: path, runtime, ...(signal === undefined ? {} : { signal }) }));
  };
  return { clock, files, signer, send };
}

it.each(['capabilities', 'begin', 'sign', 'commit'] as const)(
  'a stop frees the lane within 100 ms while the store hangs in %s',
  async (method) => {
    const w = world();
    const controller = new AbortController();
    const hung = w.send({ ...w.signer, [method]: () => new Promise<never>(() => undefined) }, '/a', controller.signal);
    await w.clock.advance(1000);
    const next = w.send(w.signer, '/b');
    await w.clock.advance(1000);
    expect([hung.over, next.over]).toEqual([false, false]);
    controller.abort();
    await w.clock.advance(100);
    expect([next.error, next.over]).toEqual([undefined, true]);
  },
);

it('a failure frees it, too, while the store hangs on removing what was sent', async () => {
  const w = world();
  const signer: Signer = {
    ...w.signer,
    discard: () => new Promise<never>(() => undefined),
    sign: async (...given) => {
      w.files.files.set('/a', bytesOf(40, 9));
      return w.signer.sign(...given);
    },
  };
  const failed = w.send(signer, '/a');
  const next = w.send(w.signer, '/b');
  await w.clock.advance(100);
  expect(failed.error).toMatchObject({ code: 'file-changed' });
  expect([next.error, next.over]).toEqual([undefined, true]);
});
