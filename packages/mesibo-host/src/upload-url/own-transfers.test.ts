import { CONNECTIVITY, TransferError } from '@mesibo-files/handler-core';
import { seededRandom } from '@mesibo-files/handler-core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type OwnWorld, ownWorld } from '../../test/own-world.ts';
import { json, STORED_URL, sha256, type UploadServer, uploadServer } from '../../test/upload-server.ts';
import { TOKEN } from '../../test/url-upload.ts';
import { ScriptedHandler, sendFile, stateOf } from '../../test/world.ts';
import type { MesiboMessage } from '../messages/message.ts';

const PATH = '/alice/photo.jpg';
const bytes = seededRandom(9).bytes(100_000);
let server: UploadServer;
let world: OwnWorld;

beforeEach(async () => {
  server = await uploadServer();
  world = ownWorld();
  world.device.files.set(PATH, bytes);
});
afterEach(() => server.close());

const over = (message: MesiboMessage): Promise<void> =>
  vi.waitFor(() => expect(['ready', 'failed']).toContain(stateOf(message)));
const codes = (): unknown[] => world.errors.map((error) => TransferError.is(error) && error.code);

/** Where the server keeps what Bob downloads. */
const store = (path = '/f/1'): string => {
  server.replies = [json({ result: true, url: `${server.origin}${path}` })];
  server.onGet = (_, response) => void response.end(bytes);
  return `${server.origin}${path}`;
};

describe('the upload URL', () => {
  it('is used where there is no handler, with the five fields of the documents', async () => {
    const url = store();
    world.alice.setUploadUrl(server.url, TOKEN);
    world.bob.setUploadUrl(server.url, TOKEN);
    world.bob.start();
    const message = sendFile(world);
    expect(stateOf(message)).toBe('running');
    await over(message);
    expect(world.errors).toEqual([]);
    expect(server.forms[0]?.fields).toEqual([
      ['op', 'upload'],
      ['auth', TOKEN],
      ['uid', String(world.alice.getUid())],
      ['mid', String(message.mid)],
      ['source', '0'],
    ]);
    expect(server.forms[0]?.files).toMatchObject([
      { field: 'photo', name: 'photo.jpg', sha256: sha256(bytes) },
    ]);
    await vi.waitFor(() => expect(world.bobSaw.messages).toHaveLength(1));
    await over(world.bobSaw.last);
    expect(world.bobSaw.last.getFile()?.url).toBe(url);
    expect(world.device.files.get('/bob/photo.jpg')).toEqual(bytes);
    const get = server.requests.find(({ line }) => line === 'GET /f/1');
    expect(get?.headers.authorization).toBeUndefined();
  });

  it('is asked for in the dialect of older servers where that is configured', async () => {
    server.replies = [json({ result: 'OK', file: STORED_URL })];
    world.alice.setUploadUrl(server.url, TOKEN, { dialect: 'legacy', fileField: 'file' });
    const message = sendFile(world);
    await over(message);
    expect(message.getFile()?.url).toBe(STORED_URL);
    expect(server.forms[0]?.fields.map(([name, value]) => `${name}=${value}`)).toEqual([
      'op=upload',
      `token=${TOKEN}`,
      `mid=${message.mid}`,
      'profile=0',
    ]);
  });

  it('can be asked for, changed and taken away', () => {
    const { alice } = world;
    expect([alice.getUploadUrl(), alice.getUploadAuthToken(), alice.isFileTransferEnabled()]).toEqual([
      null,
      null,
      false,
    ]);
    alice.setUploadUrl(server.url, TOKEN);
    expect([alice.getUploadUrl(), alice.getUploadAuthToken(), alice.isFileTransferEnabled()]).toEqual([
      server.url,
      TOKEN,
      true,
    ]);
    expect(() => alice.setUploadUrl('ftp://a.example/', TOKEN)).toThrow('no absolute http');
    expect(() => alice.setUploadUrl(server.url, TOKEN, { maxRetries: -1 })).toThrow('maxRetries');
    expect(() => alice.setUploadUrl(server.url, TOKEN, { secureOrigins: ['a.example'] })).toThrow('origin');
    expect(() => alice.setUploadUrl(server.url, TOKEN, { fileField: '' })).toThrow('fileField');
    expect(alice.getUploadUrl()).toBe(server.url);
    alice.setUploadUrl('');
    expect([alice.getUploadUrl(), alice.getUploadAuthToken()]).toEqual([null, null]);
  });

  it('leaves an upload to the handler where there is one, also when that puts it off', () => {
    world.alice.setUploadUrl(server.url, TOKEN);
    world.alice.addListener(world.sender);
    world.sender.onStart = () => false;
    expect(stateOf(sendFile(world))).toBe('required');
    expect(world.sender.asked).toHaveLength(1);
  });

  it('stays under 100 until the server has answered, and fails on its no without any secret told', async () => {
    server.replies = [json({ result: false, url: STORED_URL })];
    world.alice.setUploadUrl(server.url, TOKEN);
    const message = sendFile(world);
    await over(message);
    expect(stateOf(message)).toBe('failed');
    expect(codes()).toEqual(['store-refused']);
    expect(
      JSON.stringify(world.errors.map((error) => [String(error), (error as TransferError).hint])),
    ).not.toContain(TOKEN);
    const percents = world.aliceSaw.events.flatMap(
      (event) => /^update (\d+) running/.exec(event)?.slice(1) ?? [],
    );
    expect(percents.at(-1)).toBe('99');
    server.replies = [json({ result: true, url: STORED_URL })];
    expect(message.resend()).toBe(0);
    await over(message);
    expect(stateOf(message)).toBe('ready');
    expect(message.resend()).toBe(-1);
  });

  it('is stopped at once, and begins again when it is started', async () => {
    server.onForm = (request) => {
      request.once('data', () => message.stopFileTransfer());
      request.resume();
      return true;
    };
    world.alice.setUploadUrl(server.url, TOKEN);
    const message = sendFile(world);
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    await vi.waitFor(() => expect(stateOf(message)).toBe('required'));
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
    server.onForm = () => false;
    message.startFileTransfer(1);
    await over(message);
    expect(stateOf(message)).toBe('ready');
    expect(world.errors).toEqual([]);
  });

  it('waits for the network, and then for somebody to ask', async () => {
    world.alice.setUploadUrl(server.url, TOKEN);
    world.alice.setNetwork(CONNECTIVITY.DISCONNECTED);
    const message = sendFile(world);
    expect(stateOf(message)).toBe('required');
    world.alice.setNetwork(CONNECTIVITY.WIFI);
    expect(stateOf(message)).toBe('required');
    world.alice.messages();
    await over(message);
    expect(stateOf(message)).toBe('ready');
  });
});

it('mesibo moves four files at once, and the user says which of the others is next', async () => {
  const held: (() => void)[] = [];
  server.replies = [
    (form, response, request) =>
      void held.push(() => json({ result: true, url: STORED_URL })(form, response, request)),
  ];
  world.alice.setUploadUrl(server.url, TOKEN);
  const messages = [1, 2, 3, 4, 5, 6, 7].map(() => sendFile(world));
  await vi.waitFor(() => expect(held).toHaveLength(4));
  expect(messages[6]?.startFileTransfer(1)).toBe(true);
  expect(messages[5]?.stopFileTransfer()).toBe(true);
  for (let done = 0; done < 6; done += 1) {
    held[done]?.();
    await vi.waitFor(() => expect(server.forms).toHaveLength(Math.min(6, 5 + done)));
  }
  await Promise.all(messages.filter((_, number) => number !== 5).map(over));
  const order = server.forms.map(({ fields }) =>
    messages.findIndex(({ mid }) => String(mid) === fields[3]?.[1]),
  );
  expect(order.slice(4)).toEqual([6, 4]);
});

describe('a download without a handler', () => {
  /** Bob is sent a file that is stored already. */
  const receive = async (url: string, signedFiles = false): Promise<MesiboMessage> => {
    const message = world.alice.getProfile('bob').newMessage();
    message.setContent(url);
    message.signedFiles = signedFiles;
    message.send();
    world.bob.start();
    await vi.waitFor(() => expect(world.bobSaw.messages).not.toHaveLength(0));
    return world.bobSaw.last;
  };

  it('is plain, and reaches no private address that was not named', async () => {
    const url = store();
    const refused = await receive(url);
    await over(refused);
    expect(stateOf(refused)).toBe('failed');
    expect(codes()).toEqual(['address-forbidden']);
    world.bob.setUploadUrl('https://elsewhere.example/upload', TOKEN, { privateHosts: [new URL(url).host] });
    refused.startFileTransfer(1);
    await over(refused);
    expect(stateOf(refused)).toBe('ready');
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it.each(['header', 'query'] as const)(
    'of a protected file sends the token in the %s',
    async (sendToken) => {
      world.bob.setUploadUrl(server.url, TOKEN, { sendToken });
      const message = await receive(store('/f/1?v=2'), true);
      await over(message);
      expect(stateOf(message)).toBe('ready');
      const [request] = server.requests;
      expect([request?.line, request?.headers.authorization]).toEqual(
        sendToken === 'header'
          ? ['GET /f/1?v=2', `Bearer ${TOKEN}`]
          : [`GET /f/1?v=2&auth=${TOKEN}`, undefined],
      );
    },
  );

  it.each([
    ['no upload URL was set', () => undefined],
    ['it has no token', () => world.bob.setUploadUrl(server.url)],
    ['it is elsewhere', () => world.bob.setUploadUrl('https://elsewhere.example/', TOKEN)],
  ])('of a protected file fails when %s, and is not asked for without', async (_, prepare) => {
    prepare();
    const message = await receive(store(), true);
    await over(message);
    expect(stateOf(message)).toBe('failed');
    expect(codes()).toEqual(['unauthorised']);
    expect(server.requests).toEqual([]);
  });

  it('that broke off goes on with the rest of the same version', async () => {
    world.bob.setUploadUrl(server.url, TOKEN);
    const url = store();
    const asked: unknown[] = [];
    server.onGet = (request, response) => {
      const { range, 'if-range': version } = request.headers;
      asked.push([range?.startsWith('bytes='), version]);
      const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
      const rest = bytes.subarray(from);
      response.writeHead(from > 0 ? 206 : 200, {
        etag: '"1"',
        'content-length': rest.length,
        ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
      });
      if (asked.length > 2) response.end(rest);
      else response.write(rest.subarray(0, 30_000), () => response.socket?.end());
    };
    const message = await receive(url);
    await over(message);
    expect(asked).toEqual([
      [undefined, undefined],
      [true, '"1"'],
      [true, '"1"'],
    ]);
    expect(world.device.files.get('/bob/1')).toEqual(bytes);
  });

  it('of an error page has failed, and leaves no file', async () => {
    world.bob.setUploadUrl(server.url, TOKEN);
    server.onGet = (_, response) => void response.writeHead(404).end('<html>');
    const message = await receive(`${server.origin}/gone.jpg`);
    await over(message);
    expect(stateOf(message)).toBe('failed');
    expect([...world.device.files.keys()]).toEqual([PATH]);
  });

  it("follows the app's preference where there is no Wi-Fi, and the user in any case", async () => {
    world.bob.setUploadUrl(server.url, TOKEN);
    world.bob.setNetwork(CONNECTIVITY['4G']);
    world.bob.autoDownload = false;
    const message = await receive(store());
    expect(stateOf(message)).toBe('required');
    expect(server.requests).toEqual([]);
    expect(message.startFileTransfer(1)).toBe(true);
    await over(message);
    expect(stateOf(message)).toBe('ready');
  });

  it('stops at once', async () => {
    world.bob.setUploadUrl(server.url, TOKEN);
    const url = store();
    server.onGet = (_, response) => void response.writeHead(200, { 'content-length': '10' }).write('half');
    const message = await receive(url);
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    expect(message.stopFileTransfer()).toBe(true);
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
    expect([stateOf(message), world.errors]).toEqual(['required', []]);
  });
});

describe('a handler that hands an upload back', () => {
  let handler: ScriptedHandler;
  beforeEach(() => {
    handler = new ScriptedHandler();
    world.alice.addListener(handler);
  });
  const delegate = (...how: Parameters<(typeof handler.last)['start']>): MesiboMessage => {
    handler.onStart = (file) => {
      file.start(...how);
      return true;
    };
    return sendFile(world);
  };

  it('has it done with its own URL and fields, and the file part is all that is added', async () => {
    const message = delegate(server.url, { album: 7, big: 2n ** 64n, secret: false });
    expect(stateOf(message)).toBe('running');
    await over(message);
    expect(message.getFile()?.url).toBe(STORED_URL);
    expect(server.forms[0]?.fields).toEqual([
      ['album', '7'],
      ['big', '18446744073709551616'],
      ['secret', 'false'],
    ]);
    expect(server.forms[0]?.files).toHaveLength(1);
    expect(world.aliceSaw.events).toContain('update 100 ready');
  });

  it('may leave out the URL and the fields: then they are the configured ones', async () => {
    world.alice.setUploadUrl(server.url, TOKEN, { fileField: 'f' });
    await over(delegate());
    await over(delegate('', { only: 'this' }));
    expect(server.forms.map(({ fields }) => fields.map(([name]) => name))).toEqual([
      ['op', 'auth', 'uid', 'mid', 'source'],
      ['only'],
    ]);
    expect(server.forms.map(({ files }) => files[0]?.field)).toEqual(['f', 'f']);
  });

  it('fails without any URL, and with one that is none', async () => {
    for (const url of [null, 'file:///etc/passwd']) {
      const message = delegate(url, {});
      await over(message);
      expect(stateOf(message)).toBe('failed');
    }
    expect(codes()).toEqual(['unsupported', 'invalid-url']);
  });

  it('is told to stop, and the upload stops with it; one that said no is not obeyed', async () => {
    server.onForm = (request) => {
      request.resume();
      return true;
    };
    const message = delegate(server.url, {});
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    message.stopFileTransfer();
    expect(handler.stopped).toHaveLength(1);
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
    handler.onStart = (file) => {
      file.start(server.url, {});
      return false;
    };
    message.startFileTransfer(1);
    expect([stateOf(message), server.requests.length, world.errors]).toEqual(['required', 1, []]);
  });

  it('does so once, and ends it too when it cancels or reports by itself', async () => {
    server.onForm = (request) => {
      request.resume();
      return true;
    };
    const message = delegate(server.url, {});
    handler.last.start(server.url, {});
    expect(codes()).toEqual(['invalid-argument']);
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    handler.last.cancel(true);
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
    expect([stateOf(message), world.errors.length]).toEqual(['required', 1]);
  });

  it('can not do so with a download', async () => {
    const url = store();
    world.alice.setUploadUrl(server.url, TOKEN);
    world.alice.removeListener(handler);
    world.bob.addListener(world.receiver);
    world.bob.start();
    world.receiver.onStart = (file) => {
      file.start(url, {});
      return true;
    };
    sendFile(world);
    await vi.waitFor(() => expect(world.bobSaw.messages).toHaveLength(1));
    expect(stateOf(world.bobSaw.last)).toBe('failed');
    expect(codes()).toEqual(['unsupported']);
  });
});
