import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type Bench, bench, bytesOf } from '../../test/bench.ts';
import { settled, watched } from '../../test/context.ts';
import { download, TransferError } from '../index.ts';
import { nodeFiles } from '../node/index.ts';
import type { HttpAnswer, HttpPort } from '../provider/index.ts';

const bytes = bytesOf(60);

/** A store whose answers to reads wait until they are told. */
async function reading(more: Parameters<typeof bench>[2] = {}) {
  const b = bench({}, [], { limits: { concurrency: 1 }, ...more });
  const { url } = await b.send(bytes);
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  b.store.faults.beforeSigner = (method) => (method === 'read' ? gate : undefined);
  const fetch = (to: string, signal?: AbortSignal) =>
    watched(
      download({
        signers: [b.signer],
        url,
        to,
        runtime: b.runtime,
        ...(signal === undefined ? {} : { signal }),
      }),
    );
  return { b, url, go, fetch };
}

type Watched = ReturnType<typeof watched>;
const over = (all: readonly Watched[]) => vi.waitFor(() => expect(all.every((each) => each.over)).toBe(true));

/** Lets these places fail, when the temporary file is opened there or when the file is put there. */
function badPlaces(b: Bench, when: 'open' | 'put', paths: readonly string[]): void {
  const { openTarget } = b.files;
  const check = (moment: string, path: string): void => {
    if (moment === when && paths.includes(path)) throw new TransferError('target-not-writable', path);
  };
  b.files.openTarget = async (path, key, options) => {
    check('open', path);
    const target = await openTarget(path, key, options);
    return {
      ...target,
      copy: async (to) => {
        check('put', to);
        await target.copy(to);
      },
      commit: async (to) => {
        check('put', to);
        await target.commit(to);
      },
    };
  };
}

describe('a place that can not be written to', () => {
  const places = ['/a', '/b', '/c'];
  const cases = ['open', 'put'].flatMap((when) =>
    [['/a'], ['/b'], ['/c'], ['/a', '/b'], ['/b', '/c'], ['/a', '/b', '/c']].map(
      (bad) => [when, bad] as const,
    ),
  );

  it.each(cases)('at %s of %s, fails only who named it', async (when, bad) => {
    const { b, go, fetch } = await reading();
    badPlaces(b, when === 'open' ? 'open' : 'put', bad);
    const all = places.map((path) => fetch(path));
    await settled();
    go();
    await over(all);
    for (const [index, path] of places.entries()) {
      // A place is opened only if the file of the run goes beside it, and one place is enough.
      const opened = when === 'put' || places.slice(0, index).every((before) => bad.includes(before));
      if (bad.includes(path) && opened) {
        expect(all[index]?.error).toMatchObject({ code: 'target-not-writable' });
        expect(b.files.files.has(path)).toBe(false);
      } else expect([all[index]?.error, b.files.files.get(path)]).toEqual([undefined, bytes]);
    }
    const allBad = bad.length === places.length;
    // What is whole is kept for the next start, when nobody could have it.
    expect(b.files.unfinished.size).toBe(allBad && when === 'put' ? 1 : 0);
  });
});

describe('one who joins at the last moment', () => {
  it('has its file, whenever that is, or a run of its own', async () => {
    for (let microtasks = 0; microtasks < 60; microtasks += 1) {
      const { b, go, fetch } = await reading();
      const first = fetch('/a');
      await settled();
      let late: Watched | undefined;
      const { openTarget } = b.files;
      b.files.openTarget = async (path, key, options) => {
        const target = await openTarget(path, key, options);
        b.files.openTarget = openTarget;
        return {
          ...target,
          keep: async (upTo, from) => {
            await target.keep(upTo, from);
            if (upTo < bytes.length || late !== undefined) return;
            late = fetch('/early');
            void (async () => {
              for (let count = 0; count < microtasks; count += 1) await Promise.resolve();
              late = fetch('/late');
            })();
          },
        };
      };
      go();
      await vi.waitFor(() => expect(late?.over).toBe(true));
      await over([first]);
      await settled();
      await vi.waitFor(() => expect(b.files.files.get('/late')).toEqual(bytes));
      expect([late?.error, first.error]).toEqual([undefined, undefined]);
      expect(b.files.files.get('/early')).toEqual(bytes);
    }
  });
});

describe('two runs that write to one place', () => {
  /** A server that sends ten bytes at a time, when it is told. */
  function dripping(body: Uint8Array, headers: Record<string, string>) {
    const waiting: (() => void)[] = [];
    let fail = false;
    const http: HttpPort = {
      send: async (): Promise<HttpAnswer> => ({
        status: 200,
        headers: { 'content-length': String(body.length), ...headers },
        async consume(take) {
          for (let at = 0; at < body.length; at += 10) {
            await new Promise<void>((resolve) => waiting.push(resolve));
            if (fail) throw new TransferError('store-refused', 'it broke for good');
            await take(body.slice(at, at + 10));
          }
        },
        text: async () => '',
        discard: async () => undefined,
      }),
    };
    const next = async (): Promise<void> => {
      await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(0));
      waiting.shift()?.();
      await settled();
    };
    const rest = async (result: Watched): Promise<void> => {
      await vi.waitFor(() => {
        waiting.shift()?.();
        expect(result.over).toBe(true);
      });
    };
    return {
      http,
      next,
      rest,
      breakOff: () => {
        fail = true;
      },
    };
  }

  it.each([
    ['of one version', { etag: '"1"' }],
    ['that can not be told', {}],
  ])('%s, in two runtimes, do not meet: bytes are read back from the disk', async (_, headers) => {
    const folder = await mkdtemp(join(tmpdir(), 'meeting-'));
    try {
      const to = join(folder, 'f');
      const sides = [bytes, 'etag' in headers ? bytes : bytesOf(60, 9)].map((body) => {
        const server = dripping(body, headers);
        const b = bench({}, [], { ports: { http: server.http, files: nodeFiles }, limits: { attempts: 1 } });
        const url = `https://a.example/${'etag' in headers ? 'f' : body[0]}`;
        const start = () =>
          watched(download({ signers: [], foreignUrls: 'plain', url, to, runtime: b.runtime }));
        return { server, start, body };
      });
      const [one, two] = sides;
      if (one === undefined || two === undefined) return;
      const first = one.start();
      for (let count = 0; count < 4; count += 1) await one.server.next();
      // The second begins at the first byte, in the midst of the first, and dies.
      const second = two.start();
      await two.server.next();
      two.server.breakOff();
      await two.server.rest(second);
      expect(second.error).toBeDefined();
      await one.server.rest(first);
      expect(first.error).toBeUndefined();
      expect(new Uint8Array(await readFile(to))).toEqual(one.body);
      expect((await readdir(folder)).filter((name) => name.endsWith('.part')).length).toBeLessThanOrEqual(1);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
