import { describe, expect, it } from 'vitest';
import { bench, bytesOf } from '../../test/bench.ts';
import { settled } from '../../test/context.ts';
import { type RuntimeOptions, upload } from '../index.ts';

const bytes = bytesOf(60);

/** A bench whose store holds its answers back until it is told. */
function held(options: RuntimeOptions = {}) {
  const b = bench({}, [], options);
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  b.store.faults.beforeSigner = () => gate;
  b.files.files.set('/in.bin', bytes);
  const send = (more: Partial<Parameters<typeof upload>[0]> = {}) =>
    upload({ signer: b.signer, from: '/in.bin', runtime: b.runtime, ...more });
  return { b, go, send };
}

describe('uploads of the same file', () => {
  it('are one upload, whatever message they are for', async () => {
    const { b, go, send } = held();
    const all = [send({ mid: 1n }), send({ mid: 2n }), send()];
    await settled();
    go();
    const urls = (await Promise.all(all)).map(({ url }) => url);
    expect(new Set(urls).size).toBe(1);
    expect(b.store.objects.keys()).toHaveLength(1);
    expect(b.events.filter(({ type }) => type === 'joined')).toHaveLength(2);
  });

  it('are several for another user, another purpose, or another store', async () => {
    const { b, go, send } = held();
    const other = b.store.signer({ partSize: 16, prefix: 'other' });
    const all = [send(), send({ uid: 3 }), send({ source: 1 }), send({ signer: other })];
    await settled();
    go();
    const objects = await Promise.all(all);
    expect(new Set(objects.map(({ url }) => url)).size).toBe(4);
    expect(objects.filter(({ key }) => key.startsWith('other/'))).toHaveLength(1);
  });

  it('are never joined by one that is protected, which is stored as such', async () => {
    const { go, send } = held();
    const both = [send(), send({ secure: true })];
    await settled();
    go();
    const objects = await Promise.all(both);
    expect(objects.map(({ sender }) => sender?.secure)).toEqual([false, true]);
  });

  it('go on for the others when one stops, and close every file that was opened', async () => {
    const { b, go, send } = held();
    let open = 0;
    const { openSource } = b.files;
    b.files.openSource = async (path) => {
      const source = await openSource(path);
      open += 1;
      return {
        ...source,
        close: async () => {
          open -= 1;
        },
      };
    };
    const stop = new AbortController();
    const stopped = send({ signal: stop.signal });
    const stays = send();
    await settled();
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'stopped' });
    go();
    expect((await stays).size).toBe(60);
    expect(open).toBe(0);
  });

  it('are stored for one that still waits, when who asked first stopped before their turn came', async () => {
    const { b, go, send } = held({ admission: { maxTransfers: 1 } });
    b.files.files.set('/other.bin', bytesOf(61));
    const other = send({ from: '/other.bin', mid: 9n });
    const stop = new AbortController();
    const stopped = send({ mid: 1n, signal: stop.signal });
    const stays = send({ mid: 2n });
    await settled();
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'stopped' });
    go();
    await other;
    const stored = await stays;
    expect(stored.sender?.mid).toBe('2');
    // The first is sent after all: it has an object of its own.
    const again = await send({ mid: 1n });
    expect([again.sender?.mid, again.key === stored.key]).toEqual(['1', false]);
  });
});
