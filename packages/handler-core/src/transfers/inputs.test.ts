import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable, Writable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { type Bench, bench, bytesOf } from '../../test/bench.ts';
import { download, downloadStream, type StoredObject, type UploadOptions, upload } from '../index.ts';
import { nodeHttp } from '../node/index.ts';
import type { MemorySignerOptions } from '../testing/index.ts';

const limits = { limits: { maxStreamSize: 10_000 } };
const make = (options: MemorySignerOptions = {}, faults: Parameters<typeof bench>[1] = []): Bench =>
  bench(options, faults, limits);

const put = (
  b: Bench,
  from: UploadOptions['from'],
  more: Partial<UploadOptions> = {},
): Promise<StoredObject> => upload({ signer: b.signer, runtime: b.runtime, from, ...more });

const stored = (b: Bench, { key }: StoredObject): Uint8Array | undefined =>
  b.store.objects.bytes(key) ?? undefined;

const webStream = (chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> => {
  const left = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const next = left.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(next);
    },
  });
};

const sizes = [0, 1, 15, 16, 17, 33, 160];

describe.each(sizes)('%i bytes', (size) => {
  const bytes = bytesOf(size);
  const halves = [bytes.slice(0, size / 2), bytes.slice(size / 2)];
  const forms: readonly (readonly [string, () => UploadOptions['from']])[] = [
    ['a Uint8Array', () => bytes],
    ['a Buffer in the middle of another', () => Buffer.concat([Buffer.from('x'), bytes]).subarray(1)],
    ['an ArrayBuffer', () => bytes.slice().buffer],
    ['a Blob', () => new Blob([bytes])],
    ['a File', () => new File([bytes], 'a.bin')],
    ['a Node stream', () => Readable.from(halves)],
    ['a web stream', () => webStream(halves)],
    [
      'an async iterable',
      () =>
        (async function* () {
          yield* halves;
        })(),
    ],
  ];

  it.each(forms)('arrive from %s', async (_, from) => {
    const b = make();
    const object = await put(b, from());
    expect(stored(b, object)).toEqual(bytes);
    expect([object.size, b.store.unfinished()]).toEqual([size, 0]);
  });

  it.each(forms.slice(5))('arrive from %s whose length is stated', async (_, from) => {
    const b = make({ shape: 'session', chunkMultiple: 8 });
    const totals = new Set<number | null>();
    const object = await put(b, from(), { size, onProgress: ({ total }) => totals.add(total) });
    expect(stored(b, object)).toEqual(bytes);
    expect([...totals]).toEqual([size]);
  });
});

describe('names and types', () => {
  it('a File keeps its own', async () => {
    const b = make();
    const object = await put(b, new File(['x'], 'Straße.md', { type: 'text/markdown' }));
    expect(object).toMatchObject({ name: 'Straße.md', contentType: 'text/markdown' });
  });

  it('what is stated goes before', async () => {
    const b = make();
    const file = new File(['x'], 'a.md', { type: 'text/markdown' });
    const object = await put(b, file, { name: 'b.png', contentType: 'image/png' });
    expect(object).toMatchObject({ name: 'b.png', contentType: 'image/png' });
  });

  it('bytes without a name are a file, and a name alone tells the type', async () => {
    const b = make();
    expect(await put(b, bytesOf(3))).toMatchObject({ name: 'file', contentType: 'application/octet-stream' });
    expect(await put(b, bytesOf(3), { name: 'a.mp4' })).toMatchObject({
      name: 'a.mp4',
      contentType: 'video/mp4',
    });
  });

  it('two Files of one name, size and moment are two uploads', async () => {
    const b = make();
    const made = ['aaaa', 'bbbb'].map((text) => new File([text], 'photo.jpg', { lastModified: 5 }));
    const objects = await Promise.all(made.map((file) => put(b, file)));
    expect(objects.map((object) => Buffer.from(stored(b, object) ?? []).toString())).toEqual([
      'aaaa',
      'bbbb',
    ]);
  });
});

describe('a stream that breaks', () => {
  const broken = (): UploadOptions['from'][] => [
    Readable.from(
      (async function* () {
        yield bytesOf(40);
        throw new Error('the camera was unplugged');
      })(),
    ),
    new ReadableStream({
      start(controller) {
        controller.enqueue(bytesOf(40));
      },
      pull() {
        throw new Error('the camera was unplugged');
      },
    }),
  ];

  it('rejects, says what broke, and stores nothing', async () => {
    for (const from of broken()) {
      const b = make();
      await expect(put(b, from)).rejects.toMatchObject({
        code: 'stream-broken',
        message: expect.stringContaining('the camera was unplugged'),
      });
      expect([b.store.unfinished(), b.store.objects.keys()]).toEqual([0, []]);
    }
  });

  it('before its turn has come fails its upload, and not the process', async () => {
    const b = make();
    const from = new PassThrough();
    from.on('close', () => undefined);
    const sent = put(b, from);
    from.destroy(new Error('gone'));
    await expect(sent).rejects.toMatchObject({ code: 'stream-broken' });
    expect(b.store.objects.keys()).toEqual([]);
  });

  it('is destroyed when the upload is stopped', async () => {
    const b = make();
    const from = new PassThrough();
    from.write(bytesOf(5));
    const stop = new AbortController();
    const sent = put(b, from, { signal: stop.signal });
    stop.abort();
    await expect(sent).rejects.toMatchObject({ code: 'stopped' });
    expect(from.destroyed).toBe(true);
  });

  it.each([[39], [41]])('because it has 40 bytes and not %i stores nothing', async (size) => {
    const b = make();
    await expect(put(b, Readable.from([bytesOf(40)]), { size })).rejects.toMatchObject({
      code: 'file-changed',
    });
    expect([b.store.unfinished(), b.store.objects.keys()]).toEqual([0, []]);
  });
});

describe('a wrong argument', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [7, 'a number'],
    [{ password: 'secret' }, 'an object'],
    [new Map(), 'a Map'],
    ['', 'empty'],
    [new URL('ftp://example.com/a'), 'ftp:'],
  ])('in from is one clear error: %s', async (from, said) => {
    const b = make();
    const failure = await put(b, from as never).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining(said) });
    expect(String(failure)).not.toContain('secret');
  });

  it.each([
    [null, 'null'],
    [7, 'a number'],
    ['', 'empty'],
    [new Map(), 'a Map'],
  ])('in to is one clear error: %s', async (to, said) => {
    const b = make();
    const { url } = await put(b, bytesOf(3));
    const failure = download({ signers: [b.signer], url, to: to as never, runtime: b.runtime });
    await expect(failure).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining(said),
    });
  });
});

describe('a URL', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  async function site(answers: Parameters<typeof createServer>[1]): Promise<{ url: URL; host: string }> {
    const server = createServer(answers as never);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url: new URL(`http://${host}/photos/a%20b.png`), host };
  }

  /** The store is in memory, the site is not. */
  function both(): Bench {
    const b = make();
    const { ports } = b.runtime;
    const node = nodeHttp();
    const http = {
      send: (request: Parameters<typeof ports.http.send>[0]) =>
        request.url.startsWith('http://127.0.0.1') ? node.send(request) : ports.http.send(request),
    };
    return { ...b, runtime: { ...b.runtime, ports: { ...ports, http } } };
  }

  it('is fetched, with its name and type, and redirects are followed', async () => {
    const b = both();
    const bytes = bytesOf(3000);
    const { url, host } = await site((request, answer) => {
      if (request.url === '/moved') answer.writeHead(302, { location: '/photos/a%20b.png' }).end();
      else answer.writeHead(200, { 'content-type': 'image/png' }).end(bytes);
    });
    for (const from of [url, new URL('/moved', url)]) {
      const object = await put(b, from, { privateHosts: [host] });
      expect(object).toMatchObject({ name: 'a b.png', contentType: 'image/png', size: 3000 });
      expect(stored(b, object)).toEqual(bytes);
    }
  });

  it('of a private address is refused unless it is allowed', async () => {
    const b = both();
    let asked = 0;
    const { url } = await site((_, answer) => {
      asked += 1;
      answer.end('x');
    });
    await expect(put(b, url)).rejects.toMatchObject({ code: 'address-forbidden' });
    expect([asked, b.store.objects.keys()]).toEqual([0, []]);
  });

  it('that is not there, is cut off, or is too large stores nothing', async () => {
    const b = both();
    const { url, host } = await site((request, answer) => {
      if (request.url === '/missing') answer.writeHead(404).end();
      else if (request.url === '/large') answer.writeHead(200, { 'content-length': 2 ** 40 }).write('x');
      else {
        answer.writeHead(200, { 'content-length': 100 }).write(bytesOf(50), () => answer.destroy());
      }
    });
    const codes = ['/missing', '/large', '/cut'].map((path) =>
      put(b, new URL(path, url), { privateHosts: [host] }).catch((error) => error.code),
    );
    expect(await Promise.all(codes)).toEqual(['object-not-found', 'file-too-large', 'network']);
    expect([b.store.unfinished(), b.store.objects.keys()]).toEqual([0, []]);
  });
});

/** A Node stream that takes one chunk at a time, and notes what it got. */
function slowSink(): {
  readonly sink: Writable;
  readonly got: () => Uint8Array;
  most: number;
  ended: boolean;
} {
  const chunks: Uint8Array[] = [];
  const seen = {
    sink: new Writable({
      highWaterMark: 1,
      write(chunk, _, callback) {
        chunks.push(chunk);
        seen.most = Math.max(seen.most, seen.sink.writableLength);
        setImmediate(callback);
      },
      final(callback) {
        seen.ended = true;
        callback();
      },
    }),
    got: () => new Uint8Array(Buffer.concat(chunks)),
    most: 0,
    ended: false,
  };
  return seen;
}

describe.each([0, 1, 16, 100, 1000])('a download of %i bytes', (size) => {
  const bytes = bytesOf(size);

  it('without `to` answers them', async () => {
    const b = make();
    const { url } = await put(b, bytes);
    const object = await download({ signers: [b.signer], url, runtime: b.runtime });
    expect(object.bytes).toEqual(bytes);
    expect(object).toMatchObject({ url, size, name: 'file' });
  });

  it('goes into a Node stream in order, and ends it', async () => {
    const b = make();
    const { url } = await put(b, bytes);
    const seen = slowSink();
    const object = await download({ signers: [b.signer], url, to: seen.sink, runtime: b.runtime });
    expect([seen.got(), seen.ended, object.size]).toEqual([bytes, true, size]);
  });

  it('goes into a web stream, and comes out of one', async () => {
    const b = make();
    const { url } = await put(b, bytes);
    const chunks: Uint8Array[] = [];
    for await (const chunk of downloadStream({ signers: [b.signer], url, runtime: b.runtime }))
      chunks.push(chunk);
    expect(new Uint8Array(Buffer.concat(chunks))).toEqual(bytes);
  });
});

describe('a download into memory or a stream', () => {
  it('is bounded in memory', async () => {
    const b = make();
    const { url } = await put(b, bytesOf(100));
    const fetched = (maxBytes: number) =>
      download({ signers: [b.signer], url, maxBytes, runtime: b.runtime });
    await expect(fetched(99)).rejects.toMatchObject({ code: 'file-too-large' });
    expect((await fetched(100)).bytes).toHaveLength(100);
    await expect(fetched(-1)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('continues where an answer was cut off, and hands no byte on twice', async () => {
    const b = make({}, [{ do: 'cut-answer', after: 10, method: 'GET', nth: [1, 2] }]);
    const { url } = await put(b, bytesOf(100));
    const seen = slowSink();
    await download({ signers: [b.signer], url, to: seen.sink, runtime: b.runtime });
    expect(seen.got()).toEqual(bytesOf(100));
  });

  it('of a wrong byte: memory fetches again, a stream is destroyed with the reason', async () => {
    const damaged = () => make({}, [{ do: 'corrupt-answer', at: 5, method: 'GET', nth: 1 }]);
    const first = damaged();
    const { url } = await put(first, bytesOf(100));
    expect((await download({ signers: [first.signer], url, runtime: first.runtime })).bytes).toEqual(
      bytesOf(100),
    );

    const second = damaged();
    const object = await put(second, bytesOf(100));
    const seen = slowSink();
    const errors: Error[] = [];
    seen.sink.on('error', (error) => errors.push(error));
    const fetched = download({
      signers: [second.signer],
      url: object.url,
      to: seen.sink,
      runtime: second.runtime,
    });
    await expect(fetched).rejects.toMatchObject({ code: 'digest-mismatch', retryable: false });
    expect([seen.ended, seen.sink.destroyed]).toEqual([false, true]);

    const third = damaged();
    const again = await put(third, bytesOf(100));
    const reading = async (): Promise<void> => {
      for await (const _ of downloadStream({
        signers: [third.signer],
        url: again.url,
        runtime: third.runtime,
      }));
    };
    await expect(reading()).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  it('ends when the stream breaks, and says what broke', async () => {
    const b = make();
    const { url } = await put(b, bytesOf(100));
    const to = new Writable({
      write: (_chunk, _encoding, callback) => callback(new Error('the pipe is closed')),
    });
    await expect(download({ signers: [b.signer], url, to, runtime: b.runtime })).rejects.toMatchObject({
      code: 'stream-broken',
      message: expect.stringContaining('the pipe is closed'),
    });
  });

  it('stops when the reader goes away', async () => {
    const b = make();
    const { url } = await put(b, bytesOf(1000));
    const reader = downloadStream({ signers: [b.signer], url, runtime: b.runtime }).getReader();
    await reader.read();
    await reader.cancel();
    await expect.poll(() => b.events.some(({ type }) => type === 'failed' || type === 'stopped')).toBe(true);
  });
});
