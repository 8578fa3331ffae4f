import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Bench, bench, bytesOf, stopAt } from '../../test/bench.ts';
import { settled } from '../../test/context.ts';
import { type TestTransfer, transfer } from '../../test/transfer.ts';
import { SignedFileTransferHandler, type TransferError } from '../index.ts';
import type { HttpPort } from '../ports/http.ts';
import type { SignedHandlerOptions } from './options.ts';

const bytes = bytesOf(60);

function handlerOf(b: Bench, more: Partial<SignedHandlerOptions> = {}) {
  const errors: TransferError[] = [];
  b.files.files.set('/in.bin', bytes);
  const handler = new SignedFileTransferHandler({
    signer: b.signer,
    runtime: b.runtime,
    onError: (error) => errors.push(error),
    ...more,
  });
  const start = (file: TestTransfer): boolean => handler.Mesibo_onStartFileTransfer(file);
  const stop = (file: TestTransfer): boolean => handler.Mesibo_onStopFileTransfer(file);
  return { handler, start, stop, errors };
}

const results = (file: TestTransfer): string[] => file.reported.filter((each) => /true|false/.test(each));

describe('start', () => {
  it('answers at once, and nothing is reported before it has', async () => {
    const b = bench();
    const { start } = handlerOf(b);
    const file = transfer({});
    const over = file.settled();
    expect(start(file)).toBe(true);
    expect(file.reported).toEqual([]);
    expect(await over).toMatch(/^true https:\/\/memory\.invalid\/bucket\/\S+$/);
    const percents = file.reported.slice(0, -1).map(Number);
    expect(percents).toEqual([...percents].sort((left, right) => left - right));
    expect(percents.at(-1)).toBe(100);
  });

  it('reports a download with no URL, and each result once', async () => {
    const b = bench();
    const { start } = handlerOf(b);
    const { url } = await b.send(bytes);
    const file = transfer({ upload: false, url, path: '/out.bin' });
    const over = file.settled();
    start(file);
    expect(await over).toBe('true');
    await settled();
    expect(results(file)).toEqual(['true']);
    expect(b.files.files.get('/out.bin')).toEqual(bytes);
    expect(file.getFileTransferContext()).toBeNull();
  });

  it('of one that runs already changes nothing', async () => {
    const b = bench();
    const { start } = handlerOf(b);
    const file = transfer({});
    const over = file.settled();
    expect([start(file), start(file)]).toEqual([true, true]);
    await over;
    await settled();
    expect(results(file)).toHaveLength(1);
    expect(b.store.objects.keys()).toHaveLength(1);
  });

  it('can be repeated after a failure', async () => {
    const b = bench();
    const { start, errors } = handlerOf(b);
    const file = transfer({ path: '/late.bin' });
    const failed = file.settled();
    start(file);
    expect(await failed).toBe('false');
    b.files.files.set('/late.bin', bytes);
    const over = file.settled();
    start(file);
    expect(await over).toMatch(/^true/);
    expect(errors.map(({ code }) => code)).toEqual(['file-not-found']);
  });

  it('defers with a reason, and touches nothing', async () => {
    const b = bench();
    const { start } = handlerOf(b);
    const file = transfer({ upload: false, url: 'https://memory.invalid/bucket/x', origin: 1 });
    expect(start(file)).toBe(false);
    await settled();
    expect([file.reported, file.getFileTransferContext(), b.store.requests]).toEqual([[], null, []]);
    expect(b.events).toEqual([
      expect.objectContaining({ type: 'deferred', reason: 'the message is an old one' }),
    ]);
  });

  it('hands the priority to the queue', async () => {
    const b = bench({}, [], { admission: { maxTransfers: 1, smallLane: 0 } });
    const { start } = handlerOf(b);
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    b.store.faults.beforeSigner = () => gate;
    start(transfer({ mid: 99n }));
    await vi.waitFor(() => expect(b.events.map(({ type }) => type)).toContain('started'));
    const order: number[] = [];
    const all = [0, 1, 7].map((priority) => {
      b.files.files.set(`/in${priority}`, bytesOf(60, priority));
      const file = transfer({ path: `/in${priority}`, priority, mid: BigInt(priority) });
      const over = file.settled().then(() => void order.push(priority));
      start(file);
      return over;
    });
    await vi.waitFor(() => expect(b.events.filter(({ type }) => type === 'queued')).toHaveLength(3));
    go();
    await Promise.all(all);
    expect(order).toEqual([7, 1, 0]);
  });
});

describe('stop', () => {
  it('of what is not known, or was never started, is true', () => {
    const { stop } = handlerOf(bench());
    const foreign = transfer({});
    foreign.setFileTransferContext({ cancel: () => undefined });
    expect([stop(transfer({})), stop(foreign)]).toEqual([true, true]);
  });

  it('at any moment is the end of all reports', async () => {
    for (let at = 1; at <= 4; at += 1) {
      const b = bench({}, [], { limits: { concurrency: 1 } });
      const { start, stop, errors } = handlerOf(b);
      const file = transfer({});
      let stopped = -1;
      b.store.faults.delay = () => {
        if (b.store.requests.length === at) {
          stop(file);
          stopped = file.reported.length;
        }
        return 0;
      };
      start(file);
      await vi.waitFor(() => expect(stopped).toBeGreaterThanOrEqual(0));
      await vi.waitFor(() => expect(b.events.at(-1)?.type).toBe('stopped'));
      expect(file.reported).toHaveLength(stopped);
      expect([results(file), errors]).toEqual([[], []]);
    }
  });

  it('before anything ran prevents all of it', async () => {
    const b = bench();
    const { start, stop } = handlerOf(b);
    const file = transfer({});
    start(file);
    stop(file);
    await settled();
    expect([file.reported, b.events, b.store.requests]).toEqual([[], [], []]);
  });

  it('lets a new start go on, also while the old run is still ending', async () => {
    const b = bench({}, [], { limits: { concurrency: 1 } });
    const { start, stop } = handlerOf(b);
    const file = transfer({});
    let stopped = false;
    b.store.faults.delay = () => {
      if (b.store.requests.length === 3 && !stopped) {
        stopped = true;
        stop(file);
        start(file);
      }
      return 0;
    };
    const over = file.settled();
    start(file);
    expect(await over).toMatch(/^true/);
    expect(results(file)).toHaveLength(1);
    expect(b.store.objects.keys()).toHaveLength(1);
    expect(b.store.requests.filter(({ part, status }) => status === 200 && part === 1)).toHaveLength(1);
    expect(b.events.map(({ type }) => type)).toContain('resumed');
  });
});

describe('discard', () => {
  it('stops, and removes what the store holds', async () => {
    const b = bench({}, [], { limits: { concurrency: 1 } });
    const { handler, start } = handlerOf(b);
    const file = transfer({});
    let discarded: Promise<void> | null = null;
    b.store.faults.delay = () => {
      if (b.store.requests.length === 3) discarded ??= handler.discard(file);
      return 0;
    };
    start(file);
    await vi.waitFor(() => expect(discarded).not.toBeNull());
    await discarded;
    expect([b.store.unfinished(), b.store.objects.keys(), results(file)]).toEqual([0, [], []]);
    expect(await b.runtime.ports.journal.list()).toEqual([]);
    expect(b.events.map(({ type }) => type).slice(-2)).toEqual(['stopped', 'discarded']);
  });

  it('works for one that was stopped long before, and leaves what is committed', async () => {
    const b = bench({}, [], { limits: { concurrency: 1 } });
    const { handler, start } = handlerOf(b);
    const signal = stopAt(b, 'part', 2);
    await b.send(bytes, '/in.bin', { mid: 5n, source: 0, signal }).catch(() => undefined);
    b.store.faults.delay = undefined;
    expect(b.store.unfinished()).toBe(1);
    await handler.discard(transfer({}));
    expect(b.store.unfinished()).toBe(0);
    const file = transfer({});
    const over = file.settled();
    start(file);
    await over;
    await handler.discard(file);
    await handler.discard(transfer({ upload: false, url: 'https://memory.invalid/bucket/x' }));
    expect(b.store.objects.keys()).toHaveLength(1);
  });
});

describe('a failure', () => {
  afterEach(() => vi.restoreAllMocks());

  const failing = async (b: Bench, file: TestTransfer, more: Partial<SignedHandlerOptions> = {}) => {
    const { start, errors } = handlerOf(b, more);
    const over = file.settled();
    expect(start(file)).toBe(true);
    expect(await over).toBe('false');
    return errors.map(({ code }) => code);
  };

  it('of a protected file that is not ours is unauthorised, and nothing is fetched', async () => {
    const b = bench({}, [], {}, { publicRead: true });
    const asked: string[] = [];
    const { send } = b.runtime.ports.http;
    const http: HttpPort = {
      send: (request) => {
        asked.push(request.url);
        return send(request);
      },
    };
    const runtime = { ...b.runtime, ports: { ...b.runtime.ports, http } };
    const file = transfer({ upload: false, secure: true, url: 'https://elsewhere.example/f', path: '/o' });
    expect(await failing(b, file, { foreignUrls: 'plain', runtime })).toEqual(['unauthorised']);
    expect(asked).toEqual([]);
  });

  it('of a URL that is none, or not ours, has its own code', async () => {
    const file = (url: string, secure = false) => transfer({ upload: false, url, path: '/o', secure });
    expect(await failing(bench(), file('photo.jpg'))).toEqual(['invalid-url']);
    expect(await failing(bench(), file('photo.jpg', true))).toEqual(['invalid-url']);
    expect(await failing(bench(), file('https://elsewhere.example/f'))).toEqual(['foreign-url']);
  });

  it('is one line on the console where nobody listens, with no query of any URL', async () => {
    const lines: unknown[][] = [];
    vi.spyOn(console, 'warn').mockImplementation((...line) => void lines.push(line));
    const b = bench({}, [{ do: 'answer', status: 403 }]);
    b.files.files.set('/in.bin', bytes);
    const handler = new SignedFileTransferHandler({ signer: b.signer, runtime: b.runtime });
    const secret = 'https://elsewhere.example/f?token=s3cret';
    for (const file of [transfer({}), transfer({ upload: false, url: secret, path: '/o\n.bin' })]) {
      const over = file.settled();
      handler.Mesibo_onStartFileTransfer(file);
      await over;
    }
    expect(lines).toHaveLength(2);
    for (const [line, ...rest] of lines) {
      expect(rest).toEqual([]);
      expect(line).toMatch(/^mesibo-files: (upload|download) of "[^\n]+" failed: [a-z-]+: [^\n]+$/);
      expect(line).not.toMatch(/s3cret|signature|\?/);
    }
  });

  it('and any report survive listeners that throw', async () => {
    const b = bench();
    const throws = (): never => {
      throw new Error('a fault of the app');
    };
    const good = transfer({ setProgress: throws });
    const { start } = handlerOf(b, { onError: throws });
    const over = good.settled();
    start(good);
    expect(await over).toMatch(/^true/);
    expect(await failing(b, transfer({ path: '/none' }), { onError: throws })).toEqual([]);
    const deaf = transfer({ setResult: throws });
    start(deaf);
    await vi.waitFor(() => expect(deaf.getFileTransferContext()).toBeNull());
  });
});

it('a download is found by further signers', async () => {
  const old = bench();
  const { url } = await old.send(bytes);
  const b = bench({ prefix: 'new' }, [], { ports: { http: old.store.http } });
  const { start } = handlerOf(b, { alsoRead: [old.signer] });
  const file = transfer({ upload: false, url, path: '/out.bin' });
  expect(b.signer.owns(url)).toBe(false);
  const over = file.settled();
  start(file);
  expect(await over).toBe('true');
  expect(b.files.files.get('/out.bin')).toEqual(bytes);
});

it('an upload carries the id of the user, asked for at every start', async () => {
  const b = bench();
  let uid = 7;
  const { start } = handlerOf(b, { uid: () => uid });
  for (uid = 801; uid < 803; uid += 1) {
    const file = transfer({ mid: BigInt(uid) });
    const over = file.settled();
    start(file);
    await over;
  }
  const meta = b.store.objects.keys().map((key) => JSON.stringify(b.store.objects.inspect(key)?.meta));
  expect(meta.map((text) => /80\d/.exec(text)?.[0])).toEqual(['801', '802']);
});
