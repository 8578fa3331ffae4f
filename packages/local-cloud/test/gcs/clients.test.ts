import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from './request.ts';
import { startTestServer, type TestServer } from './server.ts';

/** What Google's own gsutil and libraries send, beyond what our handlers do. */
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const JSON_TYPE = { 'content-type': 'application/json' };
const bucket = (): string => server.gcs.bucket;
const object = (name: string): string => `/storage/v1/b/${bucket()}/o/${name}`;
const post = (path: string, body: object, headers: Record<string, string> = JSON_TYPE): Promise<Reply> =>
  server.bearer({ method: 'POST', path, headers, body: JSON.stringify(body) });
const put = (name: string, body: string): Promise<Reply> =>
  server.bearer({
    method: 'POST',
    path: `/upload/storage/v1/b/${bucket()}/o?uploadType=media&name=${name}`,
    headers: { 'content-type': 'text/plain' },
    body,
  });
const get = (path: string): Promise<Reply> => server.bearer({ method: 'GET', path });
const content = async (name: string): Promise<string> =>
  (await get(`${object(name)}?alt=media`)).body.toString();
const remove = (name: string): Promise<Reply> => server.bearer({ method: 'DELETE', path: object(name) });
const read = ({ body }: Reply): Record<string, unknown> =>
  JSON.parse(body.toString()) as Record<string, unknown>;

describe('a body of several parts', () => {
  it.each(['\n', '\r\n'])('is read whose lines end with %j', async (end) => {
    const name = `lines-${end.length}`;
    const body = [
      '--===1==',
      'Content-Type: application/json',
      '',
      JSON.stringify({ name }),
      '--===1==',
      'Content-Type: text/plain',
      '',
      'one\r\ntwo\n--===1',
      '--===1==--',
      '',
    ].join(end);
    const answer = await server.bearer({
      method: 'POST',
      path: `/upload/storage/v1/b/${bucket()}/o?uploadType=multipart`,
      headers: { 'content-type': "multipart/related; boundary='===1=='" },
      body,
    });
    expect([answer.status, await content(name)]).toEqual([200, 'one\r\ntwo\n--===1']);
  });
});

it('a session is begun by the older path, too', async () => {
  const begun = await post(
    `/resumable/upload/storage/v1/b/${bucket()}/o?uploadType=resumable&name=older`,
    {},
  );
  const path = new URL(begun.headers.location ?? '').href.slice(server.gcs.endpoint.length);
  expect((await server.bearer({ method: 'PUT', path, body: 'bytes' })).status).toBe(200);
  expect(await content('older')).toBe('bytes');
});

it('a signature counts whose parameters are in lower case', async () => {
  await put('lower', 'bytes');
  const call = { method: 'GET', name: 'lower', sign: { lowerCase: true } };
  expect(server.url(call)).toMatch(/[?&]x-goog-signature=/);
  expect((await server.signed(call)).body.toString()).toBe('bytes');
  const late = { ...call, sign: { lowerCase: true, time: server.now() - 3_600_000 } };
  expect(await server.signed(late)).toMatchObject({ status: 400, code: 'ExpiredToken' });
  const forged = await server.signed({ ...call, sign: { lowerCase: true, clientEmail: 'other@example' } });
  expect(forged.code).toBe('SignatureDoesNotMatch');
});

describe('objects are made of others', () => {
  it('by copying', async () => {
    await put('source', 'copied');
    const path = `${object('source')}/copyTo/b/${bucket()}/o/target`;
    const copied = await post(path, { contentType: 'text/x-own' });
    expect(read(copied)).toMatchObject({ name: 'target', size: '6', contentType: 'text/x-own' });
    expect(await content('target')).toBe('copied');
    expect((await post(`${path}?ifGenerationMatch=0`, {})).status).toBe(412);
  });

  it('by composing, with the crc32c of the whole and no MD5', async () => {
    await Promise.all([put('a', 'first '), put('b', 'second'), put('same', 'first second')]);
    const compose = (names: readonly string[]): Promise<Reply> =>
      post(`${object('whole')}/compose`, { sourceObjects: names.map((name) => ({ name })) });
    const whole = read(await compose(['a', 'b']));
    const same = read(await get(object('same')));
    expect([whole.crc32c, whole.md5Hash, whole.size]).toEqual([same.crc32c, undefined, '12']);
    expect(await content('whole')).toBe('first second');
    await remove('a');
    expect(await content('whole')).toBe('first second');
    expect((await compose(['a'])).status).toBe(404);
    expect((await compose([])).status).toBe(400);
  });
});

it.each(['temporaryHold', 'eventBasedHold'])(
  'an object under %s is neither removed nor overwritten',
  async (hold) => {
    await put('held', 'kept');
    const set = (value: boolean): Promise<Reply> =>
      server.bearer({
        method: 'PATCH',
        path: object('held'),
        headers: JSON_TYPE,
        body: JSON.stringify({ [hold]: value }),
      });
    expect(read(await set(true))).toMatchObject({ [hold]: true });
    expect([(await remove('held')).status, (await put('held', 'other')).status]).toEqual([403, 403]);
    expect(await content('held')).toBe('kept');
    await set(false);
    expect((await remove('held')).status).toBe(204);
  },
);

it.each(['/batch', '/batch/storage/v1'])('%s is not implemented, and says so', async (path) => {
  expect((await post(path, {})).status).toBe(501);
});
