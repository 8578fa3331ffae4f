import { HTTPSTATE } from '@mesibo-files/handler-core';
import { seededRandom } from '@mesibo-files/handler-core/testing';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { json, STORED_URL, sha256, type UploadServer, uploadServer } from '../../test/upload-server.ts';
import { urlBench } from '../../test/url-upload.ts';

let server: UploadServer;
const bytesOf = (size: number): Uint8Array => seededRandom(size).bytes(size);

afterEach(() => server.close());

describe('an upload to a URL', () => {
  it('is one form: the fields, then the file as `photo`, with a length known before', async () => {
    server = await uploadServer();
    const bytes = bytesOf(1_234_567);
    expect(await urlBench().send(server.url, bytes)).toBe(STORED_URL);
    const [form] = server.forms;
    expect(form?.fields).toEqual([
      ['op', 'upload'],
      ['auth', 't0ken-of-alice'],
    ]);
    expect(form?.files).toEqual([
      { field: 'photo', name: 'photo.jpg', type: 'image/jpeg', size: bytes.length, sha256: sha256(bytes) },
    ]);
    expect(Number(form?.headers['content-length'])).toBeGreaterThan(bytes.length);
    expect(form?.headers['transfer-encoding']).toBeUndefined();
  });

  it('carries any name and value, and other fields and headers as they are configured', async () => {
    server = await uploadServer();
    const { send } = urlBench();
    const odd = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(odd, odd, fc.nat(300), async (name, value, size) => {
        // Within quotes browsers send these three percent-encoded, and so do we; busboy leaves them so.
        const sent = name.replace(/["\r\n]/g, (character) => encodeURIComponent(character));
        server.forms.length = 0;
        const path = `/alice/${name.replaceAll('/', '_')}`;
        const options = { fileField: 'datei', headers: { 'x-app': '7' } };
        await send(server.url, bytesOf(size), { path, fields: { [name]: value }, options });
        const [form] = server.forms;
        expect(form?.headers['x-app']).toBe('7');
        expect(form?.fields).toEqual([[sent, value]]);
        expect(form?.files).toMatchObject([{ field: 'datei', size, sha256: sha256(bytesOf(size)) }]);
      }),
      { numRuns: 60 },
    );
  });

  it('tells progress in two phases, of which only the second completes', async () => {
    server = await uploadServer();
    const { send } = urlBench({ limits: { sliceSize: 1000 } });
    const told: (readonly [number, number])[] = [];
    let answered = false;
    server.replies = [
      (form, response, request) => {
        answered = true;
        json({ result: true, url: STORED_URL })(form, response, request);
      },
    ];
    await send(server.url, bytesOf(10_000), {
      onProgress: (state, percent) => {
        told.push([state, percent]);
        if (state === HTTPSTATE.DOWNLOAD) expect(answered).toBe(true);
      },
    });
    const sent = told.slice(0, -1);
    expect(sent.map(([state]) => state)).toEqual(sent.map(() => HTTPSTATE.UPLOAD));
    expect(sent.map(([, percent]) => percent)).toEqual(
      sent.map(([, percent]) => percent).sort((a, b) => a - b),
    );
    expect(sent.at(-1)).toEqual([HTTPSTATE.UPLOAD, 100]);
    expect(told.at(-1)).toEqual([HTTPSTATE.DOWNLOAD, 100]);
    expect(sent.length).toBeGreaterThan(10);
  });

  it('reads the file as the network takes it, slice by slice', async () => {
    server = await uploadServer();
    const { send, files } = urlBench({ limits: { sliceSize: 256 * 1024 } });
    let sent = 0;
    let ahead = 0;
    const size = 24 * 1024 * 1024;
    const bytes = new Uint8Array(size).fill(7);
    files.beforeRead = (_, offset) => {
      ahead = Math.max(ahead, offset - sent);
    };
    await send(server.url, bytes, {
      onProgress: (_, percent) => {
        sent = Math.floor((percent / 100) * size);
      },
    });
    expect(server.forms[0]?.files[0]).toMatchObject({ size, sha256: sha256(bytes) });
    // A percent of it, and the slice that is being taken.
    expect(ahead).toBeLessThan(size / 100 + 2 * 256 * 1024);
  });
});

describe("the server's answer", () => {
  it.each([
    ['{"result": false}', 'store-refused'],
    ['{"result": "true", "url": "https://a.example/f"}', 'store-refused'],
    ['{"result": "OK", "file": "https://a.example/f"}', 'store-refused'],
    ['{"result": 1, "url": "https://a.example/f"}', 'store-refused'],
    ['{"result": true}', 'bad-answer'],
    ['{"result": true, "url": ""}', 'bad-answer'],
    ['{"result": true, "url": "/f"}', 'bad-answer'],
    ['{"result": true, "url": "ftp://a.example/f"}', 'bad-answer'],
    ['{"result": true, "url": "https://"}', 'bad-answer'],
    ['<html>welcome</html>', 'bad-answer'],
    ['null', 'bad-answer'],
    ['', 'bad-answer'],
  ])('%s is %s, and the file is not sent again', async (body, code) => {
    server = await uploadServer(json(body));
    await expect(urlBench().send(server.url, bytesOf(10))).rejects.toMatchObject({ code });
    expect(server.forms).toHaveLength(1);
  });

  it.each([
    [400, 'store-refused', 1],
    [401, 'unauthorised', 1],
    [403, 'access-denied', 1],
    [404, 'object-not-found', 1],
    [413, 'file-too-large', 1],
    [429, 'throttled', 3],
    [500, 'server-error', 3],
    [503, 'throttled', 3],
  ])('with status %i is %s, whatever it says', async (status, code, attempts) => {
    server = await uploadServer(json({ result: true, url: STORED_URL }, status));
    const sending = urlBench().send(server.url, bytesOf(10), { options: { maxRetries: 2 } });
    await expect(sending).rejects.toMatchObject({ code });
    expect(server.forms).toHaveLength(attempts);
  });

  it('of an older server is read where that is configured, and only as those say it', async () => {
    server = await uploadServer(
      json({ op: 'upload', result: 'OK', file: STORED_URL }),
      json({ result: true, url: STORED_URL }),
    );
    const { send } = urlBench();
    expect(await send(server.url, bytesOf(10), { options: { dialect: 'legacy' } })).toBe(STORED_URL);
    await expect(send(server.url, bytesOf(10), { options: { dialect: 'legacy' } })).rejects.toMatchObject({
      code: 'store-refused',
    });
  });
});

describe('redirects of an upload', () => {
  const to = (location: string, status = 307) => json('', status, { location });

  it('are followed within the origin with the whole form, and so often as allowed', async () => {
    server = await uploadServer(to('/1', 308), to('2'), json({ result: true, url: STORED_URL }));
    const { send } = urlBench();
    expect(await send(server.url, bytesOf(1000))).toBe(STORED_URL);
    expect(server.forms.map(({ path }) => path)).toEqual(['/upload', '/1', '/2']);
    expect(server.forms.map(({ files }) => files[0]?.size)).toEqual([1000, 1000, 1000]);
    server.replies = [to('/again')];
    server.forms.length = 0;
    await expect(send(server.url, bytesOf(1), { options: { maxRedirects: 2 } })).rejects.toMatchObject({
      code: 'bad-answer',
    });
    expect(server.forms).toHaveLength(3);
  });

  it('to another origin, or as a GET, fail: the token goes nowhere else', async () => {
    const other = await uploadServer();
    server = await uploadServer();
    const { send } = urlBench();
    for (const reply of [to(other.url), to(other.url, 302), to('/1', 303), to('http://['), json('', 307)]) {
      server.replies = [reply];
      await expect(send(server.url, bytesOf(1))).rejects.toMatchObject({ code: 'bad-answer' });
    }
    expect(server.forms).toHaveLength(5);
    expect(other.requests).toEqual([]);
    await other.close();
  });
});
