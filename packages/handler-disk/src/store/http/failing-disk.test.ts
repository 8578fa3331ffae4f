import { describe, expect, it } from 'vitest';
import { bytesOf, diskBench, send, signedPut } from '../../../test/bench.ts';
import { errno, watchedFiles } from '../../../test/file-systems.ts';

const bytes = bytesOf(300_000);
const SINGLE = { singleUpTo: 1_000_000 };

describe('a disk that fails', () => {
  const FAILURES: readonly (readonly [errno: string, status: number, code: string])[] = [
    ['ENOSPC', 507, 'DiskFull'],
    ['EDQUOT', 507, 'DiskFull'],
    ['EFBIG', 413, 'EntityTooLarge'],
    ['EACCES', 500, 'FolderDenied'],
    ['EROFS', 500, 'FolderDenied'],
    ['EIO', 500, 'DiskFailure'],
    ['EMFILE', 503, 'SlowDown'],
  ];

  it.each(FAILURES)('with %s is answered by %i %s, and leaves nothing', async (code, status, told) => {
    const b = await diskBench(SINGLE);
    const { request } = await signedPut(b.store, bytes);
    for (const operation of ['mkdir', 'handle.writev', 'handle.sync', 'handle.writeFile', 'rename']) {
      const errors: unknown[] = [];
      let failing = true;
      const files = watchedFiles((name) => {
        if (failing && name === operation) {
          failing = false;
          throw errno(code);
        }
      });
      await b.store.start();
      const store = b.replica({ onError: (error) => errors.push(error) }, files);
      failing = false;
      await store.start();
      failing = true;
      b.serve(store);
      const answer = await send(request, bytes);
      expect(answer, operation).toMatchObject({ status, headers: { 'x-mesibo-error': told } });
      expect([await b.inside.keys(), await b.staged()]).toEqual([[], []]);
      expect(errors).toHaveLength(status >= 500 && status !== 503 ? 1 : 0);
    }
    // A disk that is whole again takes it.
    expect((await send(request, bytes)).status).toBe(200);
  });

  it('in the middle of a body that goes on is answered, and the rest of the body is passed over', async () => {
    const b = await diskBench({ singleUpTo: 16 * 1024 * 1024 });
    const large = Buffer.alloc(12 * 1024 * 1024);
    const { request } = await signedPut(b.store, large);
    let writes = 0;
    const files = watchedFiles((name) => {
      if (name === 'handle.writev' && ++writes === 3) throw errno('ENOSPC');
    });
    b.serve(b.replica({ singleUpTo: 16 * 1024 * 1024 }, files));
    expect((await send(request, large)).status).toBe(507);
    expect(await b.staged()).toEqual([]);
  });

  it('writes a body whole although it takes it in small bites', async () => {
    const b = await diskBench(SINGLE);
    const { request } = await signedPut(b.store, bytes);
    const files = watchedFiles(() => undefined);
    const biting: typeof files = {
      ...files,
      open: async (...args) => {
        const handle = await files.open(...args);
        handle.writev = (async (buffers: readonly Uint8Array[], position: number) => {
          const all = Buffer.concat(buffers);
          return handle.write(all, 0, Math.min(1000, all.length), position);
        }) as unknown as typeof handle.writev;
        return handle;
      },
    };
    b.serve(b.replica({}, biting));
    expect((await send(request, bytes)).status).toBe(200);
    const [key = ''] = await b.inside.keys();
    expect(Buffer.compare(await b.inside.bytes(key), bytes)).toBe(0);
  });
});
