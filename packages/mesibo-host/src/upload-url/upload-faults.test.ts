import { CONNECTIVITY, type Connectivity, TransferError } from '@mesibo-files/handler-core';
import { nodeHttp } from '@mesibo-files/handler-core/node';
import type { HttpPort, NetworkPort } from '@mesibo-files/handler-core/provider';
import { faultyHttp, manualClock, seededRandom } from '@mesibo-files/handler-core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { json, STORED_URL, sha256, type UploadServer, uploadServer } from '../../test/upload-server.ts';
import { fastClock, TOKEN, urlBench } from '../../test/url-upload.ts';
import { ConnectivityState } from '../device/connectivity.ts';
import { platformNetwork } from '../device/platform.ts';
import { uploadToUrl } from './upload.ts';

let server: UploadServer;
const bytes = seededRandom(1).bytes(300_000);
const ok = json({ result: true, url: STORED_URL });

beforeEach(async () => {
  server = await uploadServer();
});
afterEach(() => server.close());

describe('an upload that breaks off', () => {
  it('is sent again, whole, when the connection was cut or the answer lost', async () => {
    const http = faultyHttp(nodeHttp(), fastClock, [
      { do: 'cut-request', after: 100_000, nth: 1 },
      { do: 'lose-answer', nth: 2 },
      { do: 'refuse', nth: 3 },
    ]);
    expect(await urlBench({ ports: { http } }).send(server.url, bytes)).toBe(STORED_URL);
    expect(server.forms.map(({ files }) => files[0]?.sha256)).toEqual([sha256(bytes), sha256(bytes)]);
  });

  it('fails after so many retries, ten by default', async () => {
    let asked = 0;
    const http: HttpPort = {
      async send() {
        asked += 1;
        throw new TransferError('network', 'the connection broke');
      },
    };
    const { send } = urlBench({ ports: { http } });
    await expect(send(server.url, bytes)).rejects.toMatchObject({ code: 'network' });
    expect(asked).toBe(11);
    asked = 0;
    await expect(send(server.url, bytes, { options: { maxRetries: 0 } })).rejects.toMatchObject({
      code: 'network',
    });
    expect(asked).toBe(1);
  });

  it('goes on where the server says, if it can be asked, and tells it from which byte on', async () => {
    const http = faultyHttp(nodeHttp(), fastClock, [{ do: 'cut-request', after: 200_000, nth: [1, 2] }]);
    const { send } = urlBench({ ports: { http } });
    const questions: unknown[] = [];
    const percents: number[] = [];
    const url = await send(server.url, bytes, {
      onProgress: (_, percent) => percents.push(percent),
      options: {
        resume: {
          field: 'from',
          stored: ({ url, fields, size }) => {
            questions.push([url, fields, size]);
            return questions.length === 1 ? 0 : 150_000;
          },
        },
      },
    });
    expect(url).toBe(STORED_URL);
    expect(questions).toEqual([1, 2].map(() => [server.url, { op: 'upload', auth: TOKEN }, bytes.length]));
    const [form] = server.forms;
    expect(form?.fields.at(-1)).toEqual(['from', '150000']);
    expect(form?.files[0]).toMatchObject({ size: 150_000, sha256: sha256(bytes.subarray(150_000)) });
    expect(percents.at(-2)).toBe(100);
    expect(server.forms).toHaveLength(1);
  });

  it('says nothing of an offset where nobody can tell it', async () => {
    const http = faultyHttp(nodeHttp(), fastClock, [{ do: 'cut-request', after: 200_000, nth: 1 }]);
    await urlBench({ ports: { http } }).send(server.url, bytes);
    expect(server.forms[0]?.fields.map(([name]) => name)).toEqual(['op', 'auth']);
  });

  it.each([-1, 1.5, bytes.length + 1, Number.NaN])(
    'fails when %d bytes are said to be there',
    async (stored) => {
      const http = faultyHttp(nodeHttp(), fastClock, [{ do: 'refuse', nth: 1 }]);
      const sending = urlBench({ ports: { http } }).send(server.url, bytes, {
        options: { resume: { stored: () => stored } },
      });
      await expect(sending).rejects.toMatchObject({ code: 'bad-answer' });
      expect(server.forms).toEqual([]);
    },
  );

  it('is not completed when the file changed meanwhile', async () => {
    const { send, files } = urlBench({ limits: { sliceSize: 50_000 } });
    files.beforeRead = (path, offset) => {
      if (offset === 100_000) files.files.set(path, bytes.slice());
    };
    await expect(send(server.url, bytes)).rejects.toMatchObject({ code: 'file-changed' });
    files.beforeRead = (path, offset) => {
      if (offset === 100_000) files.files.set(path, bytes.subarray(0, 120_000));
    };
    await expect(send(server.url, bytes)).rejects.toMatchObject({ code: 'file-changed' });
    expect(server.forms).toEqual([]);
  });

  it('has the reason, where the server said it before it had read all', async () => {
    server.onForm = (_, response) => {
      response.writeHead(413, { connection: 'close' }).end('too large');
      return true;
    };
    const large = new Uint8Array(20 * 1024 * 1024);
    const sending = urlBench().send(server.url, large, { options: { maxRetries: 0 } });
    await expect(sending).rejects.toMatchObject({ code: 'file-too-large' });
  });

  it('of a file that is not there has not begun', async () => {
    const { runtime } = urlBench();
    const gone = uploadToUrl({ url: server.url, fields: {}, path: '/alice/gone.jpg', runtime });
    await expect(gone).rejects.toMatchObject({ code: 'file-not-found' });
    expect(server.requests).toEqual([]);
  });
});

describe('waiting', () => {
  /** A clock that stands still, and what is told of it. */
  const slow = () => {
    const clock = manualClock();
    return { clock, ...urlBench({ ports: { clock, random: { ...seededRandom(1), fraction: () => 0.5 } } }) };
  };

  it('is as long as the server asks, and not for ever', async () => {
    const { clock, send } = slow();
    server.replies = [json('', 429, { 'retry-after': '7' }), ok];
    const sending = send(server.url, bytes);
    await vi.waitFor(() => expect(server.forms).toHaveLength(1));
    await vi.waitFor(() => expect(clock.timers).toBe(1));
    await clock.advance(7000);
    expect(server.forms).toHaveLength(1);
    await clock.advance(1000);
    expect(await sending).toBe(STORED_URL);
    server.replies = [json('', 503, { 'retry-after': '3600' })];
    await expect(send(server.url, bytes)).rejects.toMatchObject({ code: 'throttled' });
  });

  it.each([
    ['nothing moves', 'stalled', 3_600_000],
    ['nobody answers', 'timeout', 3_600_000],
  ])('ends when %s', async (what, code, after) => {
    const clock = manualClock();
    const hang = { do: 'hang' } as const;
    const http = faultyHttp(nodeHttp(), clock, what === 'nothing moves' ? [hang] : []);
    const { send } = urlBench({ ports: { clock, http } });
    let began = false;
    server.replies = [
      () => {
        began = true;
      },
    ];
    const sending = send(server.url, bytes, { options: { maxRetries: 0 } });
    sending.catch(() => undefined);
    await vi.waitFor(() => expect([clock.timers, began]).toEqual([1, code === 'timeout']));
    await clock.advance(after + 1);
    await expect(sending).rejects.toMatchObject({ code });
  });

  it('lasts while there is no network, and no longer than it may', async () => {
    const network = new ConnectivityState(platformNetwork());
    const http = faultyHttp(nodeHttp(), fastClock, [{ do: 'refuse', nth: [1, 3] }]);
    const watched: NetworkPort = {
      connectivity: () => network.connectivity(),
      onChange: (callback: (connectivity: Connectivity) => void) => {
        const end = network.onChange(callback);
        setTimeout(() => network.set(CONNECTIVITY['3G']));
        return end;
      },
    };
    const { send, runtime } = urlBench({ ports: { http, network: watched } });
    network.set(CONNECTIVITY.DISCONNECTED);
    expect(await send(server.url, bytes)).toBe(STORED_URL);
    expect(network.connectivity()).toBe(CONNECTIVITY['3G']);
    const away: NetworkPort = {
      connectivity: () => CONNECTIVITY.DISCONNECTED,
      onChange: () => () => undefined,
    };
    const stays = urlBench({ ports: { http, network: away }, limits: { ...runtime.limits, offlineFor: 10 } });
    await expect(stays.send(server.url, bytes)).rejects.toMatchObject({ code: 'offline' });
  });
});

describe('a stop', () => {
  it('closes the connection of one that runs', async () => {
    const controller = new AbortController();
    server.onForm = (request) => {
      request.once('data', () => controller.abort());
      request.resume();
      return true;
    };
    const sending = urlBench().send(server.url, bytes, { signal: controller.signal });
    await expect(sending).rejects.toMatchObject({ code: 'stopped' });
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
    expect(server.requests).toHaveLength(1);
  });

  it('ends one that waits to try again, and one that has not begun', async () => {
    const clock = manualClock();
    const { send } = urlBench({ ports: { clock } });
    const controller = new AbortController();
    server.replies = [json('', 500)];
    const sending = send(server.url, bytes, { signal: controller.signal });
    sending.catch(() => undefined);
    await vi.waitFor(() => expect(server.forms).toHaveLength(1));
    await vi.waitFor(() => expect(clock.timers).toBe(1));
    controller.abort();
    await expect(sending).rejects.toMatchObject({ code: 'stopped' });
    await expect(send(server.url, bytes, { signal: controller.signal })).rejects.toMatchObject({
      code: 'stopped',
    });
    expect([server.forms.length, clock.timers]).toEqual([1, 0]);
  });

  it('takes one out of the queue: four at once, larger priority first, then first come', async () => {
    const held: (() => void)[] = [];
    server.replies = [(form, response, request) => void held.push(() => ok(form, response, request))];
    const { send } = urlBench();
    const controller = new AbortController();
    const started = Array.from({ length: 8 }, (_, number) =>
      send(server.url, bytes, {
        fields: { number: String(number) },
        priority: number === 6 ? 1 : 0,
        ...(number === 5 ? { signal: controller.signal } : {}),
      }),
    );
    const stopped = expect(started[5]).rejects.toMatchObject({ code: 'stopped' });
    await vi.waitFor(() => expect(held).toHaveLength(4));
    controller.abort();
    await stopped;
    for (let done = 0; done < 7; done += 1) {
      held[done]?.();
      await vi.waitFor(() => expect(server.forms).toHaveLength(Math.min(7, 5 + done)));
    }
    await Promise.all(started.filter((_, number) => number !== 5));
    const order = server.forms.map(({ fields }) => fields[0]?.[1]);
    expect(order.slice(0, 4).sort()).toEqual(['0', '1', '2', '3']);
    expect(order.slice(4)).toEqual(['6', '4', '7']);
  });
});
