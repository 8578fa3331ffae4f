import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bench, bytesOf } from '../../../test/bench.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import { download, type TransferEvent } from '../../index.ts';
import { nodeFiles } from '../../node/index.ts';
import type { HttpAnswer, HttpPort, HttpRequest } from '../../ports/ports.ts';
import type { FilePort } from '../../provider/index.ts';

const URL_OF_IT = 'https://a.example/f';
const bytes = bytesOf(100);

/** What a server does with one request: where it breaks off, and what it says of itself. */
interface Turn {
  /** The connection breaks after so many bytes of the body. */
  readonly cut?: number;
  /** It breaks after the last byte, before the end. */
  readonly broken?: boolean;
  readonly bytes?: Uint8Array;
  readonly etag?: string | null;
  /** False: ranges are ignored. */
  readonly ranges?: boolean;
  readonly headers?: Record<string, string>;
  readonly status?: number;
}

/** A server that takes its turns one by one; the last one stays. */
function serve(turns: readonly Turn[], files?: FilePort, to = '/o') {
  const asked: string[] = [];
  const http: HttpPort = {
    async send({ headers }: HttpRequest): Promise<HttpAnswer> {
      const turn = turns[Math.min(asked.length, turns.length - 1)] ?? {};
      const { etag = '"1"', ranges = true, cut = Number.POSITIVE_INFINITY } = turn;
      const all = turn.bytes ?? bytes;
      asked.push(headers.range ?? 'all');
      const fits = ranges && headers['if-range'] === etag;
      const from = fits ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0) : 0;
      const body = all.subarray(from);
      return {
        status: turn.status ?? (from > 0 ? 206 : 200),
        headers: {
          ...(etag === null ? {} : { etag }),
          'content-length': String(body.length),
          ...(from > 0 ? { 'content-range': `bytes ${from}-${all.length - 1}/${all.length}` } : {}),
          ...turn.headers,
        },
        async consume(take) {
          for (let at = 0; at < Math.min(cut, body.length); at += 10) {
            await take(body.slice(at, Math.min(at + 10, cut, body.length)));
          }
          if (cut < body.length || turn.broken === true)
            throw new TransferError('network', 'the connection broke');
        },
        text: async () => '',
        discard: async () => undefined,
      };
    },
  };
  const b = bench({}, [], {
    ports: { http, ...(files === undefined ? {} : { files }) },
    limits: { attempts: 2, retryBase: 1 },
  });
  const percents: number[] = [];
  const fetch = (signal?: AbortSignal) =>
    download({
      signers: [],
      url: URL_OF_IT,
      to,
      runtime: b.runtime,
      foreignUrls: 'plain',
      onProgress: ({ percent }) => percents.push(percent),
      ...(signal === undefined ? {} : { signal }),
    });
  const resumed = (): unknown[] =>
    b.events.flatMap((event: TransferEvent) => (event.type === 'resumed' ? [event.bytes] : []));
  return { fetch, asked, b, percents, resumed, file: () => b.files.files.get('/o') };
}

describe('a plain download that broke off', () => {
  it('goes on where it was, with the rest of the same version', async () => {
    const { fetch, asked, file, percents } = serve([{ cut: 30 }, { cut: 45 }, {}]);
    await expect(fetch()).resolves.toMatchObject({ size: 100, version: '"1"' });
    expect(asked).toEqual(['all', 'bytes=30-', 'bytes=75-']);
    expect(file()).toEqual(bytes);
    expect(percents).toEqual([...percents].sort((left, right) => left - right));
  });

  it('with nothing left to ask for only looks whether the file is still the same', async () => {
    const { fetch, asked, file } = serve([{ broken: true }, { bytes: bytesOf(100, 8) }]);
    await fetch();
    expect(asked).toEqual(['all', 'all']);
    expect(file()).toEqual(bytes);
    const other = bytesOf(100, 8);
    const changed = serve([{ broken: true }, { bytes: other, etag: '"2"' }]);
    await changed.fetch();
    expect(changed.file()).toEqual(other);
  });

  it('never gives up while it gets on', async () => {
    const { fetch, asked } = serve(Array.from({ length: 9 }, () => ({ cut: 11 })));
    await fetch();
    expect(asked).toHaveLength(10);
  });

  it('gives up when it gets no further', async () => {
    const { fetch, asked, b } = serve([{ cut: 30 }, { cut: 0 }]);
    await expect(fetch()).rejects.toMatchObject({ code: 'network' });
    expect(asked.length).toBeLessThan(5);
    expect([...b.files.unfinished.values()]).toMatchObject([{ kept: 30 }]);
  });

  it('begins anew when the file is another one by now', async () => {
    const other = bytesOf(80, 9);
    const { fetch, asked, file } = serve([{ cut: 30 }, { etag: '"2"', bytes: other }]);
    await expect(fetch()).resolves.toMatchObject({ size: 80, version: '"2"' });
    expect(asked).toEqual(['all', 'bytes=30-']);
    expect(file()).toEqual(other);
  });

  it.each([
    ['says that it has no ranges', { headers: { 'accept-ranges': 'none' } }],
    ['has only a weak tag', { etag: 'W/"1"' }],
    ['has no tag', { etag: null }],
    ['compresses', { headers: { 'content-encoding': 'gzip' } }],
  ])('begins anew at a server that %s', async (_, turn) => {
    const { fetch, file, asked } = serve([{ ...turn, cut: 30 }, turn]);
    await fetch();
    expect(file()).toEqual(bytes);
    expect(asked).toEqual(['all', 'all']);
  });

  it('begins anew at a server that sends all where the rest was asked for', async () => {
    const { fetch, file, asked } = serve([{ cut: 30 }, { ranges: false, cut: 50 }, {}]);
    await fetch();
    expect(asked).toEqual(['all', 'bytes=30-', 'bytes=50-']);
    expect(file()).toEqual(bytes);
  });

  it.each([
    ['another offset', { headers: { 'content-range': 'bytes 31-99/100' } }],
    ['an earlier end', { headers: { 'content-range': 'bytes 30-98/100' } }],
    ['another length', { headers: { 'content-range': 'bytes 30-100/101' } }],
    ['no range', { headers: { 'content-range': '' } }],
    ['another version', { headers: { etag: '"2"' } }],
  ])('takes no answer with %s for the rest', async (_, turn) => {
    const { fetch, file, b } = serve([{ cut: 30 }, turn]);
    await expect(fetch()).rejects.toMatchObject({ code: 'bad-answer' });
    expect(file()).toBeUndefined();
    expect(b.files.unfinished.size).toBe(1);
  });

  it('takes no range that it did not ask for', async () => {
    const { fetch } = serve([{ status: 206, headers: { 'content-range': 'bytes 0-99/100' } }]);
    await expect(fetch()).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('forgets what it has when the server can not serve the rest', async () => {
    const { fetch, b } = serve([{ cut: 30 }, { status: 416 }]);
    await expect(fetch()).rejects.toMatchObject({ code: 'store-refused' });
    expect(b.files.unfinished.size).toBe(0);
  });
});

describe('a plain download that was stopped', () => {
  it('goes on at the next start: it looks whether the file is still the same, then asks for the rest', async () => {
    const { fetch, asked, file, resumed } = serve([{ cut: 30 }, { cut: 0 }, { cut: 0 }, {}]);
    await expect(fetch()).rejects.toMatchObject({ code: 'network' });
    const before = asked.length;
    await fetch();
    expect(asked.slice(before)).toEqual(['all', 'bytes=30-']);
    expect(resumed()).toEqual([30]);
    expect(file()).toEqual(bytes);
  });

  it.each([
    ['goes on with what it can prove', false, ['all', 'bytes=30-']],
    ['fetches again what the disk lost', true, ['all']],
  ])('%s', async (_, damaged, expected) => {
    const folder = await mkdtemp(join(tmpdir(), 'plain-'));
    try {
      const { fetch, asked } = serve([{ cut: 30 }, { cut: 0 }, { cut: 0 }, {}], nodeFiles, join(folder, 'o'));
      await expect(fetch()).rejects.toMatchObject({ code: 'network' });
      const part = (await readdir(folder)).find((name) => name.endsWith('.part')) ?? '';
      if (damaged) await writeFile(join(folder, part), new Uint8Array(30));
      const before = asked.length;
      await fetch();
      expect(asked.slice(before)).toEqual(expected);
      expect(new Uint8Array(await readFile(join(folder, 'o')))).toEqual(bytes);
      expect(await readdir(folder)).toEqual(['o']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('needs no further byte when all were there', async () => {
    const { fetch, asked, b, file } = serve([{}]);
    const target = await b.files.openTarget('/o', `plain ${URL_OF_IT} "1" 100`);
    await target.write(0, bytes);
    await target.keep(100);
    await target.close(true);
    await expect(fetch()).resolves.toMatchObject({ size: 100 });
    expect(asked).toEqual(['all']);
    expect(file()).toEqual(bytes);
  });

  it('begins anew when the file is another one by now', async () => {
    const other = bytesOf(120, 4);
    const { fetch, file, resumed } = serve([
      { cut: 30 },
      { cut: 0 },
      { cut: 0 },
      { etag: '"2"', bytes: other },
    ]);
    await expect(fetch()).rejects.toMatchObject({ code: 'network' });
    await fetch();
    expect(resumed()).toEqual([]);
    expect(file()).toEqual(other);
  });
});
