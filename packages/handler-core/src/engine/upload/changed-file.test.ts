import { describe, expect, it } from 'vitest';
import { bench, bytesOf } from '../../../test/bench.ts';
import type { MemorySignerOptions } from '../../testing/index.ts';

const bytes = bytesOf(100);
const shapes: readonly (readonly [string, MemorySignerOptions])[] = [
  ['single', { shape: 'single' }],
  ['parts', {}],
  ['parts, read before begin', { singleUpTo: 60 }],
  ['session', { shape: 'session' }],
];
const changes: readonly (readonly [string, Uint8Array])[] = [
  ['shrinks', bytes.slice(0, 40)],
  ['grows', Uint8Array.from([...bytes, 1, 2, 3])],
  ['becomes another of the same size', bytesOf(100, 3)],
  ['is emptied', new Uint8Array(0)],
];

describe.each(shapes)('%s: a file that', (_, options) => {
  it.each(changes)('%s while it is sent fails, and leaves nothing at the store', async (_, changed) => {
    const b = bench(options, [], { limits: { concurrency: 2 } });
    let reads = 0;
    b.files.beforeRead = (path) => {
      reads += 1;
      if (reads === (options.shape === 'single' ? 1 : 3)) b.files.files.set(path, changed);
    };
    await expect(b.send(bytes)).rejects.toMatchObject({ code: 'file-changed' });
    expect(reads).toBeGreaterThan(0);
    expect([b.store.unfinished(), b.store.objects.keys()]).toEqual([0, []]);
    expect(await b.runtime.ports.journal.list()).toEqual([]);
    expect(b.store.objects.bytes((await b.send(changed)).key)).toEqual(changed);
  });

  it('changes after its last byte was sent is noticed before the commit', async () => {
    const b = bench(options);
    b.store.faults.delay = (request) => {
      if ((request.body?.size ?? 0) > 0) b.files.files.set('/in.bin', bytesOf(100, 4));
      return 0;
    };
    const events: string[] = [];
    b.store.faults.beforeSigner = (method) => void events.push(method);
    await expect(b.send(bytes)).rejects.toMatchObject({ code: 'file-changed' });
    expect(events).not.toContain('commit');
    expect([b.store.unfinished(), b.store.objects.keys()]).toEqual([0, []]);
  });
});
