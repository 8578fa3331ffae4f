import { createRuntime, HTTPSTATE } from '@mesibo-files/handler-core';
import { nodeHttp } from '@mesibo-files/handler-core/node';
import type { HttpPort } from '@mesibo-files/handler-core/provider';
import { type MemoryFiles, memoryFiles, seededRandom } from '@mesibo-files/handler-core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PortedSampleHandler } from '../../test/sample-handler.ts';
import { json, STORED_URL, sha256, type UploadServer, uploadServer } from '../../test/upload-server.ts';
import { fastClock } from '../../test/url-upload.ts';
import { createWorld, sendFile } from '../../test/world.ts';
import { Mesibo } from '../user/mesibo.ts';
import { MesiboHttp } from './mesibo-http.ts';

const PHOTO = Uint8Array.from({ length: 200_000 }, (_, at) => (at * 31) % 251);
let server: UploadServer;
let files: MemoryFiles;

beforeEach(async () => {
  server = await uploadServer();
  files = memoryFiles();
  files.files.set('/alice/photo.jpg', PHOTO);
  const runtime = createRuntime({
    ports: { files, http: nodeHttp(), clock: fastClock, random: seededRandom(1) },
    limits: { stallAfter: 3_600_000, answerWithin: 3_600_000 },
    journal: false,
  });
  MesiboHttp.defaults = { runtime, privateHosts: [new URL(server.origin).host] };
});
afterEach(async () => {
  MesiboHttp.defaults = {};
  await server.close();
});

/** Everything the listener is told, as `state percent`. */
function listening(http: MesiboHttp): string[] {
  const told: string[] = [];
  http.listener = (_, state, percent) => told.push(`${state} ${percent}`) > 0;
  return told;
}

const get = (path = '/f/1'): MesiboHttp =>
  Object.assign(new MesiboHttp(), { url: `${server.origin}${path}` });

/** Serves a file, with ranges if there is an ETag, and notes what was asked for. */
function serve(bytes: Uint8Array, etag: string | null = '"1"', cutAt: number[] = []): string[] {
  const ranges: string[] = [];
  server.onGet = (request, response) => {
    const { range, 'if-range': condition } = request.headers;
    ranges.push(range ?? '');
    const tag = etag === null ? {} : { etag };
    const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
    const partial = asked !== null && (condition === undefined || condition === etag);
    const from = partial ? Number(asked[1]) : 0;
    const end = partial && asked[2] ? Number(asked[2]) + 1 : bytes.length;
    if (partial && from >= bytes.length) return void response.writeHead(416).end();
    const about = partial ? { 'content-range': `bytes ${from}-${end - 1}/${bytes.length}` } : {};
    response.writeHead(partial ? 206 : 200, { 'content-length': end - from, ...about, ...tag });
    const cut = cutAt.shift();
    if (cut === undefined || request.method === 'HEAD') return void response.end(bytes.subarray(from, end));
    response.write(bytes.subarray(from, from + cut), () => setTimeout(() => response.destroy(), 20));
  };
  return ranges;
}

describe('the examples of mesibo’s FAQ', () => {
  it('Android: new Mesibo.Http(), url, postBundle, uploadFile', async () => {
    const http = new Mesibo.Http();
    http.url = server.url;
    http.postBundle = { op: 'upload', mid: 5n };
    http.uploadFile = '/alice/photo.jpg';
    expect(await http.executeAndWait()).toBe(true);
    const [form] = server.forms;
    expect(form?.fields).toEqual([
      ['op', 'upload'],
      ['mid', '5'],
    ]);
    expect(form?.files).toEqual([
      { field: 'file', name: 'photo.jpg', type: 'image/jpeg', size: PHOTO.length, sha256: sha256(PHOTO) },
    ]);
  });

  it('iOS: [MesiboHttp new], url, uploadFile, postBundle, execute', async () => {
    const http = new MesiboHttp();
    const told = listening(http);
    http.url = server.url;
    http.uploadFile = '/alice/photo.jpg';
    http.postBundle = { op: 'upload' };
    expect([http.execute(), http.execute()]).toEqual([true, false]);
    await vi.waitFor(() => expect(told.at(-1)).toBe('1 100'));
    expect(http.getDataString()).toBe(JSON.stringify({ result: true, url: STORED_URL }));
    expect([http.result, http.respCode, http.errorCode, http.error]).toEqual([0, 200, 0, null]);
  });
});

describe('a handler that was ported from mesibo’s sample', () => {
  it('moves a file from one user to another, byte for byte', async () => {
    const world = createWorld();
    world.alice.removeListener(world.sender);
    world.bob.removeListener(world.receiver);
    for (const user of [world.alice, world.bob])
      user.addListener(new PortedSampleHandler(server.url, 'token'));
    server.replies = [json({ result: true, url: `${server.origin}/f/1` })];
    serve(PHOTO);
    const message = sendFile(world);
    await vi.waitFor(() => expect(message.isFileReady()).toBe(true));
    world.settle();
    const got = world.bobSaw.last;
    await vi.waitFor(() => expect(got.isFileReady()).toBe(true));
    expect(files.files.get('/bob/photo.jpg')).toEqual(PHOTO);
    expect(server.forms[0]?.files[0]?.field).toBe('photo');
    expect(world.errors).toEqual([]);
  });

  it('is stopped by the user, and starts again', async () => {
    const world = createWorld();
    world.alice.removeListener(world.sender);
    world.alice.addListener(new PortedSampleHandler(server.url, 'token'));
    server.onForm = (request) => request.resume() === request;
    const message = sendFile(world);
    await vi.waitFor(() => expect(message.getProgress()).toBeGreaterThan(0));
    message.stopFileTransfer();
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
    server.onForm = () => false;
    message.startFileTransfer(1);
    await vi.waitFor(() => expect(message.isFileReady()).toBe(true));
    server.replies = [json('busy', 503)];
    const failing = sendFile(world);
    await vi.waitFor(() => expect(failing.isFileTransferFailed()).toBe(true));
  });
});

describe('states and percentages', () => {
  it('reach 100 twice with a body, never go back, and only the second 100 is the end', async () => {
    const http = new MesiboHttp();
    const told = listening(http);
    Object.assign(http, { url: server.url, uploadFile: '/alice/photo.jpg' });
    await http.executeAndWait();
    expect(told).toContain('0 100');
    expect(told.slice(-2)).toEqual(['1 0', '1 100']);
    const percents = told.filter((each) => each.startsWith('0')).map((each) => Number(each.slice(2)));
    expect(percents).toEqual([...percents].sort((left, right) => left - right));
    expect([http.state, http.progress]).toEqual([HTTPSTATE.DOWNLOAD, 100]);
  });

  it('are -1 with an error, and the status and the answer can be read', async () => {
    server.onGet = (_, response) => void response.writeHead(404).end('<h1>Not here</h1>');
    const http = Object.assign(get(), { downloadFile: '/bob/page.html' });
    const told = listening(http);
    expect(await http.executeAndWait()).toBe(false);
    expect([told, http.respCode, http.errorCode, http.result]).toEqual([['1 0', '1 -1'], 404, -1, -1]);
    expect([http.errorName, http.getDataString(), files.files.has('/bob/page.html')]).toEqual([
      'object-not-found',
      '<h1>Not here</h1>',
      false,
    ]);
    expect(http.error).toMatch(/404/);
  });

  it('are told at the end alone where that is asked for', async () => {
    serve(PHOTO);
    const http = Object.assign(get(), { notifyOnCompleteOnly: true, downloadFile: '/bob/f' });
    const told = listening(http);
    await http.executeAndWait();
    expect(told).toEqual(['1 100']);
  });

  it.each([
    ['answers false', (): boolean => false],
    [
      'throws',
      (): boolean => {
        throw new Error('on purpose');
      },
    ],
  ])('end with a listener that %s, which then hears nothing more', async (_, answer) => {
    serve(PHOTO);
    const http = Object.assign(get(), { downloadFile: '/bob/f' });
    let calls = 0;
    http.listener = () => {
      calls += 1;
      return answer();
    };
    expect([await http.executeAndWait(), calls, files.files.has('/bob/f')]).toEqual([false, 1, false]);
  });

  it('are silent after cancel, and the request can be made again', async () => {
    server.onGet = () => undefined;
    const http = get();
    const told = listening(http);
    const first = http.executeAndWait();
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    http.cancel();
    expect([await first, told, http.result, http.errorName]).toEqual([false, [], -1, 'stopped']);
    serve(PHOTO);
    expect([await http.executeAndWait(), http.errorName]).toEqual([true, null]);
  });
});

describe('a request', () => {
  it('says what its fields say', async () => {
    server.onGet = (_, response) => void response.end('ok');
    const http = Object.assign(get(), {
      url: `http://user:p%40ss@${new URL(server.origin).host}/x#part`,
      cookie: 'a=b',
      userAgent: 'app/1',
      referrer: 'https://app.example/',
      origin: 'https://app.example',
      encoding: 'gzip',
      accept: 'text/plain',
      noCache: true,
      cacheControl: null,
      ims: 1_700_000_000,
      extraHeaders: 'X-One: 1\r\nx-two: 2\n',
    });
    expect(await http.executeAndWait()).toBe(true);
    expect(server.requests[0]).toMatchObject({
      line: 'GET /x',
      headers: {
        authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
        cookie: 'a=b',
        'user-agent': 'app/1',
        referer: 'https://app.example/',
        origin: 'https://app.example',
        'accept-encoding': 'gzip',
        accept: 'text/plain',
        'cache-control': 'no-cache',
        'if-modified-since': 'Tue, 14 Nov 2023 22:13:20 GMT',
        'x-one': '1',
        'x-two': '2',
      },
    });
  });

  it('posts bytes, or a form as one line; bytes go before everything', async () => {
    const bodies: string[] = [];
    server.onForm = (request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        bodies.push(`${request.headers['content-type']} ${text}`);
        response.end('{}');
      });
      return true;
    };
    const bundle = { a: 'b c', d: 1n, e: true };
    for (const more of [
      { postBundle: bundle },
      { post: '{"x":1}', postBundle: bundle, uploadFile: '/none', contentType: 'application/json' },
      { post: Uint8Array.of(104, 105) },
    ])
      expect(await Object.assign(get(), more).executeAndWait()).toBe(true);
    expect(bodies).toEqual([
      'application/x-www-form-urlencoded a=b+c&d=1&e=true',
      'application/json {"x":1}',
      'application/x-www-form-urlencoded hi',
    ]);
    expect(MesiboHttp.urlEncode(bundle)).toBe('a=b+c&d=1&e=true');
  });

  it('sends a part of a file, under another name and type', async () => {
    const http = Object.assign(get(), {
      uploadFile: '/alice/photo.jpg',
      uploadOffset: 100,
      uploadEnd: 199,
      uploadFileField: 'part',
      uploadFileOffsetField: 'at',
      uploadFileName: 'x.bin',
      uploadFileType: 'application/x-part',
    });
    expect(await http.executeAndWait()).toBe(true);
    expect(server.forms[0]).toMatchObject({
      fields: [['at', '100']],
      files: [
        {
          field: 'part',
          name: 'x.bin',
          type: 'application/x-part',
          size: 100,
          sha256: sha256(PHOTO.subarray(100, 200)),
        },
      ],
    });
  });

  it('reads headers alone, and what they say of the answer', async () => {
    const headers: string[] = [];
    server.onGet = (request, response) => {
      headers.push(request.method ?? '');
      response
        .writeHead(200, {
          etag: '"7"',
          age: '30',
          'content-encoding': 'br',
          'content-disposition': 'inline',
          'content-length': 5,
        })
        .end();
    };
    const http = Object.assign(get(), { headerOnly: true, downloadFile: '/bob/f' });
    expect(await http.executeAndWait()).toBe(true);
    expect([headers, http.respETag, http.contentAge, http.respEncoding, http.respDisposition]).toEqual([
      ['HEAD'],
      '"7"',
      30,
      'br',
      'inline',
    ]);
    expect([http.contentLength, http.respCached, http.ts > 0, files.files.has('/bob/f')]).toEqual([
      5,
      false,
      true,
      false,
    ]);
  });

  it('keeps so much of the answer as it may, or the last piece alone', async () => {
    server.onGet = (_, response) => {
      response.writeHead(200, { 'content-size': '8' });
      response.write('1234', () => setTimeout(() => response.end('5678'), 20));
    };
    const gathered = Object.assign(get(), { bufferSize: 6 });
    await gathered.executeAndWait();
    expect([gathered.getDataString(), gathered.contentLength]).toEqual(['123456', 8]);
    const pieces = Object.assign(get(), { concatData: false });
    await pieces.executeAndWait();
    expect(pieces.getDataString()).toBe('5678');
  });

  it.each([
    [{ proxy: 'http://proxy.example' }, 'unsupported'],
    [{ caCertificateFile: '/ca.pem' }, 'unsupported'],
    [{ url: 'ftp://a.example/' }, 'invalid-url'],
    [{ extraHeaders: 'no header' }, 'invalid-argument'],
    [{ cookie: 'a\r\nx: y' }, 'invalid-argument'],
    [{ uploadFile: '/none.jpg' }, 'file-not-found'],
    [{ uploadFile: '/alice/photo.jpg', uploadOffset: 1e9 }, 'invalid-argument'],
  ])('with %j fails as %s, and nothing is sent', async (more, code) => {
    const http = Object.assign(get(), more);
    const told = listening(http);
    expect([await http.executeAndWait(), told, http.errorName, server.requests]).toEqual([
      false,
      ['0 -1'],
      code,
      [],
    ]);
  });

  it('with no URL does not start', async () => {
    const http = Object.assign(new MesiboHttp(), { url: 'nowhere' });
    expect([http.execute(), await http.executeAndWait(), new MesiboHttp.Queue(1, 0).queue(http)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('reaches no private address that was not named, for its URL may be a stranger’s', async () => {
    MesiboHttp.defaults = { ...MesiboHttp.defaults, privateHosts: [] };
    const http = get();
    expect([await http.executeAndWait(), http.errorName, server.requests]).toEqual([
      false,
      'address-forbidden',
      [],
    ]);
  });

  it('gives up after its own time limits', async () => {
    server.onGet = () => undefined;
    const waiting = Object.assign(get(), { headerTimeout: 30_000 });
    expect([await waiting.executeAndWait(), waiting.errorName]).toEqual([false, 'timeout']);
    server.onGet = (_, response) => void response.writeHead(200).write('x');
    const stuck = Object.assign(get(), { bodyTimeout: 30_000 });
    expect([await stuck.executeAndWait(), stuck.errorName]).toEqual([false, 'timeout']);
    const http: HttpPort = {
      send: ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    };
    const { runtime } = MesiboHttp.defaults;
    if (runtime === undefined) throw new Error('no runtime');
    const silent = { ...runtime, ports: { ...runtime.ports, http } };
    for (const post of [null, 'x']) {
      const unconnected = new MesiboHttp({ runtime: silent });
      Object.assign(unconnected, { url: server.url, connectionTimeout: 30_000, post });
      expect([await unconnected.executeAndWait(), unconnected.errorName]).toEqual([false, 'timeout']);
    }
  });
});

describe('fields that mean nothing here', () => {
  it('are given back as they were set', () => {
    const set = {
      uploadPhAsset: {},
      uploadLocalIdentifier: 'id',
      uploadFileCheckUrl: 'https://a.example/',
      persistent: false,
      onMainThread: false,
      handler: {},
      dispatchQueue: {},
      readCache: false,
      readCacheForced: true,
      updateCache: false,
      updateCacheForced: true,
      sendCacheHeader: false,
      respFlag: 1,
      other: {},
    };
    expect(Object.assign(new MesiboHttp(), set)).toMatchObject(set);
    expect([MesiboHttp.STATE_DONE, MesiboHttp.setCacheFolder('/cache', 5)]).toEqual([2, undefined]);
  });
});

describe('redirects', () => {
  it('are followed, and what is personal goes to no other origin', async () => {
    const other = await uploadServer();
    other.onGet = (_, response) => void response.end('there');
    server.onGet = (request, response) =>
      void response
        .writeHead(302, { location: request.url === '/f/1' ? '/f/2' : `${other.origin}/f/3` })
        .end();
    const hosts = [server, other].map(({ origin }) => new URL(origin).host);
    const http = new MesiboHttp({ ...MesiboHttp.defaults, privateHosts: hosts });
    Object.assign(http, {
      url: `${server.origin}/f/1`,
      cookie: 'a=b',
      extraHeaders: 'x-token: t',
      accept: '*/*',
    });
    expect([await http.executeAndWait(), http.getDataString()]).toEqual([true, 'there']);
    expect(server.requests[1]?.headers).toMatchObject({ cookie: 'a=b', 'x-token': 't' });
    expect(other.requests[0]?.headers).toMatchObject({ accept: '*/*' });
    expect(other.requests[0]?.headers).not.toHaveProperty('cookie');
    expect(other.requests[0]?.headers).not.toHaveProperty('x-token');
    await other.close();
  });

  it('end when there are too many, lead nowhere, or would take a form elsewhere', async () => {
    server.onGet = (request, response) =>
      void response.writeHead(302, { location: request.url === '/f/1' ? '/f/1' : 'ftp://x' }).end();
    const round = Object.assign(get(), { maxRedirects: 2 });
    expect([await round.executeAndWait(), server.requests.length, round.errorName]).toEqual([
      false,
      3,
      'bad-answer',
    ]);
    expect(await get('/f/2').executeAndWait()).toBe(false);
    for (const [status, location] of [
      [302, '/upload2'],
      [307, 'https://elsewhere.example/'],
    ] as const) {
      server.replies = [json('', status, { location })];
      const upload = Object.assign(get('/upload'), { uploadFile: '/alice/photo.jpg' });
      expect([await upload.executeAndWait(), upload.errorName]).toEqual([false, 'bad-answer']);
    }
    server.replies = [json('', 307, { location: '/upload2' }), json({ result: true })];
    expect(await Object.assign(get('/upload'), { uploadFile: '/alice/photo.jpg' }).executeAndWait()).toBe(
      true,
    );
    expect(server.forms.at(-1)).toMatchObject({ path: '/upload2', files: [{ sha256: sha256(PHOTO) }] });
  });
});

describe('a download', () => {
  it('that breaks is tried again, and continues where it was', async () => {
    const ranges = serve(PHOTO, '"1"', [70_000, 50_000]);
    const http = Object.assign(get(), { downloadFile: '/bob/f', maxRetries: 10 });
    const told = listening(http);
    expect([await http.executeAndWait(), http.getData()]).toEqual([true, null]);
    expect([sha256(files.files.get('/bob/f') ?? PHOTO.subarray(1)), ranges[0]]).toEqual([sha256(PHOTO), '']);
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range))).toBe(true);
    expect([ranges.length, http.offset > 0]).toEqual([3, true]);
    const percents = told.map((each) => Number(each.split(' ')[1]));
    expect(percents).toEqual([...percents].sort((left, right) => left - right));
  });

  it.each([
    ['has changed', '"2"'],
    ['has no ETag to tell it by', null],
  ])('starts over where the file %s', async (_, etag) => {
    serve(PHOTO, '"1"', [70_000]);
    const first = Object.assign(get(), { downloadFile: '/bob/f' });
    expect(await first.executeAndWait()).toBe(false);
    const other = PHOTO.map((byte) => byte ^ 1);
    const ranges = serve(other, etag);
    const second = Object.assign(get(), { downloadFile: '/bob/f' });
    expect([await second.executeAndWait(), ranges.length, second.offset]).toEqual([true, 1, 0]);
    expect(sha256(files.files.get('/bob/f') ?? PHOTO)).toBe(sha256(other));
  });

  it('by another request continues too, unless it is not to', async () => {
    for (const resume of [true, false]) {
      serve(PHOTO, '"1"', [70_000]);
      const path = `/bob/${resume}`;
      await Object.assign(get(), { downloadFile: path, resume }).executeAndWait();
      const ranges = serve(PHOTO);
      const second = Object.assign(get(), { downloadFile: path, resume });
      expect(await second.executeAndWait()).toBe(true);
      expect([ranges[0] === '', sha256(files.files.get(path) ?? PHOTO.subarray(1))]).toEqual([
        !resume,
        sha256(PHOTO),
      ]);
    }
  });

  it('that was whole but for its end starts over when the server has nothing more', async () => {
    server.onGet = (_, response) => {
      response.writeHead(200, { 'content-length': PHOTO.length + 1, etag: '"1"' });
      response.write(PHOTO, () => setTimeout(() => response.destroy(), 20));
    };
    await Object.assign(get(), { downloadFile: '/bob/f' }).executeAndWait();
    const ranges = serve(PHOTO);
    expect(await Object.assign(get(), { downloadFile: '/bob/f' }).executeAndWait()).toBe(true);
    expect(ranges).toEqual([`bytes=${PHOTO.length}-`, '']);
    expect(sha256(files.files.get('/bob/f') ?? PHOTO.subarray(1))).toBe(sha256(PHOTO));
  });

  it('of a range is that range, or fails', async () => {
    serve(PHOTO);
    const http = Object.assign(get(), { downloadFile: '/bob/f', downloadOffset: 10, downloadEnd: 19 });
    expect([await http.executeAndWait(), http.offset]).toEqual([true, 10]);
    expect(files.files.get('/bob/f')).toEqual(PHOTO.slice(10, 20));
    server.onGet = (_, response) => void response.end('all of it');
    const ignored = Object.assign(get(), { downloadOffset: 4 });
    expect([await ignored.executeAndWait(), ignored.errorName]).toEqual([false, 'bad-answer']);
    server.onGet = (_, response) =>
      void response.writeHead(206, { 'content-range': 'bytes 0-3/9' }).end('1234');
    const unasked = Object.assign(get(), { downloadFile: '/bob/g' });
    expect([await unasked.executeAndWait(), files.files.has('/bob/g')]).toEqual([false, false]);
  });

  it('that is larger than a stranger’s file may be leaves nothing', async () => {
    const { runtime } = MesiboHttp.defaults;
    if (runtime === undefined) throw new Error('no runtime');
    serve(PHOTO);
    const small = { ...runtime, limits: { ...runtime.limits, maxForeignSize: 1000 } };
    const http = new MesiboHttp({ ...MesiboHttp.defaults, runtime: small });
    Object.assign(http, { url: `${server.origin}/f`, downloadFile: '/bob/f', resume: false });
    expect([await http.executeAndWait(), http.errorName, files.files.has('/bob/f')]).toEqual([
      false,
      'file-too-large',
      false,
    ]);
  });
});

describe('a queue', () => {
  const held = (): { readonly release: () => void; readonly came: string[] } => {
    const waiting: (() => void)[] = [];
    const came: string[] = [];
    server.onGet = (request, response) => {
      came.push(request.url ?? '');
      waiting.push(() => response.end('ok'));
    };
    return { came, release: () => waiting.shift()?.() };
  };

  it('runs so many at once, the others in turn, and those at the front first', async () => {
    const { came, release } = held();
    const queue = new MesiboHttp.Queue(2, 0);
    const requests = ['/1', '/2', '/3', '/4', '/5'].map((path) => get(path));
    for (const [at, http] of requests.entries()) expect(queue.queue(http, at === 4)).toBe(true);
    await vi.waitFor(() => expect(came).toHaveLength(2));
    expect(requests[2]?.execute()).toBe(false);
    for (const next of ['/5', '/3', '/4']) {
      release();
      await vi.waitFor(() => expect(came.at(-1)).toBe(next));
    }
    release();
    release();
    await vi.waitFor(() => expect(requests.every(({ result }) => result === 0)).toBe(true));
  });

  it('refuses more than may wait; one that is cancelled while it waits never runs', async () => {
    const { came, release } = held();
    const queue = new Mesibo.HttpQueue(1, 1);
    const [first, second, third] = ['/1', '/2', '/3'].map((path) => get(path));
    if (first === undefined || second === undefined || third === undefined) throw new Error('three are made');
    expect([queue.queue(first), queue.queue(second), queue.queue(third)]).toEqual([true, true, false]);
    second.cancel();
    expect([queue.queue(third), queue.queue(third)]).toEqual([true, false]);
    await vi.waitFor(() => expect(came).toEqual(['/1']));
    first.cancel();
    await vi.waitFor(() => expect(came).toEqual(['/1', '/3']));
    release();
    release();
    await vi.waitFor(() => expect(third.result).toBe(0));
    expect(second.result).toBe(-1);
    for (const [most, pending] of [
      [0, 0],
      [1.5, 0],
      [1, -1],
    ] as const)
      expect(() => new MesiboHttp.Queue(most, pending)).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      );
  });
});
