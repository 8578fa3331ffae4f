import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Bench, bench } from '../../test/bench.ts';
import { bytes, handlerOf } from '../../test/handler.ts';
import { type TestTransfer, transfer } from '../../test/transfer.ts';
import { SignedFileTransferHandler } from '../index.ts';
import type { HttpPort } from '../ports/ports.ts';
import type { SignedHandlerOptions } from './options.ts';

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
