import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BOUNDARY,
  encodeForm,
  filePart,
  fiveFields,
  formHeaders,
  type Part,
  post,
} from '../../test/wire/forms.ts';
import { exchange } from '../../test/wire/raw.ts';
import { startWorld, type World } from '../../test/wire/world.ts';

const form = (changes: Readonly<Record<string, string | null>>, ...more: Part[]): Part[] => [
  ...fiveFields(changes),
  filePart('a cat'),
  ...more,
];

describe('a malformed upload', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ limits: { maxFields: 8, maxFieldSize: 100 } });
  });
  afterAll(() => world.close());

  it.each<[string, number, string, readonly Part[]]>([
    ['without a file', 400, 'no-file', fiveFields()],
    ['with two files', 400, 'two-files', form({}, filePart('another'))],
    ['without op', 400, 'field-missing', form({ op: null })],
    ['without uid', 400, 'field-missing', form({ uid: null })],
    ['without mid', 400, 'field-missing', form({ mid: null })],
    ['without source', 400, 'field-missing', form({ source: null })],
    ['with another op', 400, 'unknown-op', form({ op: 'delete' })],
    ['with mid twice', 400, 'field-repeated', [{ name: 'mid', value: '1' }, ...form({})]],
    ['with auth again after the file', 400, 'field-repeated', form({}, { name: 'auth', value: 'x' })],
    ['with uid in words', 400, 'field-wrong', form({ uid: 'seven' })],
    ['with an empty uid', 400, 'field-wrong', form({ uid: '' })],
    ['with a uid of more than 32 bits', 400, 'field-wrong', form({ uid: '4294967296' })],
    ['with a mid of more than 64 bits', 400, 'field-wrong', form({ mid: '18446744073709551616' })],
    ['with a mid below 64 bits', 400, 'field-wrong', form({ mid: '-9223372036854775809' })],
    ['with a broken mid', 400, 'field-wrong', form({ mid: '0x10' })],
    ['with a broken source', 400, 'field-wrong', form({ source: '1.5' })],
    ['that wants to append', 400, 'field-wrong', [{ name: 'file_offset', value: '100' }, ...form({})]],
    ['that wants to append, said late', 400, 'field-wrong', form({}, { name: 'file_offset', value: '1' })],
    ['with a field too long', 413, 'too-many-fields', [{ name: 'x', value: 'x'.repeat(101) }, ...form({})]],
    [
      'with too many fields',
      413,
      'too-many-fields',
      [...Array.from({ length: 9 }, (_, index) => ({ name: `x${index}`, value: '' })), ...form({})],
    ],
    [
      'with too many fields after the file',
      413,
      'too-many-fields',
      form({}, ...Array.from({ length: 9 }, (_, index) => ({ name: `x${index}`, value: '' }))),
    ],
  ])('%s is refused: %i %s', async (_, status, error, parts) => {
    const answer = await post(world.baseUrl, parts);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status,
      body: { result: false, error, message: expect.stringMatching(/^[A-Z].*\.$/) },
    });
    expect(await world.keys()).toEqual([]);
  });

  it.each<[string, number, string, string | Buffer, Readonly<Record<string, string>>]>([
    ['no form', 415, 'not-multipart', 'op=upload', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['no type', 415, 'not-multipart', 'op=upload', { 'content-type': '' }],
    ['no boundary', 415, 'not-multipart', 'x', { 'content-type': 'multipart/form-data' }],
    [
      'an empty boundary',
      400,
      'bad-multipart',
      encodeForm(form({})),
      { 'content-type': 'multipart/form-data; boundary=' },
    ],
    ['a wrong boundary', 400, 'bad-multipart', encodeForm(form({}), 'another'), formHeaders()],
    ['nothing', 400, 'bad-multipart', '', formHeaders()],
    ['rubbish', 400, 'bad-multipart', '\0\r\n--\r\n\r\n', formHeaders()],
    ['only an end', 400, 'no-file', `--${BOUNDARY}--\r\n`, formHeaders()],
    ['no end', 400, 'body-cut-off', encodeForm(form({})).subarray(0, -8), formHeaders()],
    ['an end within the file', 400, 'body-cut-off', encodeForm(form({})).subarray(0, -30), formHeaders()],
    ['an end within a field', 400, 'body-cut-off', encodeForm(fiveFields()).subarray(0, -35), formHeaders()],
    [
      'part headers that are none',
      400,
      'no-file',
      `--${BOUNDARY}\r\nrubbish\r\n\r\nx\r\n--${BOUNDARY}--`,
      formHeaders(),
    ],
  ])('body of %s is refused', async (_, status, error, body, headers) => {
    const answer = await post(world.baseUrl, Buffer.from(body), headers);
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status, error });
    expect(await world.keys()).toEqual([]);
    expect(await world.openUploads()).toBe(0);
  });

  it.each(['base64', 'quoted-printable', 'x-gzip'])('a part encoded as %s is refused', async (encoding) => {
    const plain = encodeForm(form({})).toString('latin1');
    const encoded = plain.replace('content-type: image/jpeg', `$&\r\ncontent-transfer-encoding: ${encoding}`);
    const { status, body } = await post(world.baseUrl, Buffer.from(encoded, 'latin1'));
    expect({ status, error: body.error }).toEqual({ status: 415, error: 'encoded-body' });
    expect(await world.keys()).toEqual([]);
  });

  it.each(['gzip', 'br', 'identity, gzip'])('a body packed by %s is refused', async (encoding) => {
    const { status, body } = await post(world.baseUrl, form({}), { 'content-encoding': encoding });
    expect({ status, error: body.error }).toEqual({ status: 415, error: 'encoded-body' });
  });

  it('a line that only begins like the boundary is content, and stored', async () => {
    const content = `a\r\n--${BOUNDARY}XYZ\r\nb\r\n--${BOUNDARY}-\r\nc\r\n--${BOUNDARY}--d`;
    const { status, body } = await post(world.baseUrl, [...fiveFields(), filePart(content)]);
    expect(status).toBe(200);
    const { signer } = world.server.context;
    const { bytes } = await world.object(String(body.url));
    await signer.remove(String(body.url), { signal: new AbortController().signal });
    expect(Buffer.from(bytes).toString()).toBe(content);
  });

  it.each([
    ['escaped marks', 'a %22b%22.jpg', 'a "b".jpg'],
    ['a path up', '../../../etc/passwd', 'passwd'],
    ['backslashes', 'C:\\\\Users\\\\me\\\\cat.jpg', 'cat.jpg'],
    ['a NUL', 'a\0b.jpg', 'ab.jpg'],
    ['dots only', '..', 'file'],
    ['nothing', '', 'file'],
    ['ten thousand bytes', `${'x'.repeat(10_000)}.jpg`, /^x{3996}\.jpg$/],
  ])('file name of %s is made harmless', async (_, filename, name) => {
    const { status, body } = await post(world.baseUrl, [...fiveFields(), filePart('a cat', filename)]);
    expect(status).toBe(200);
    const { signer } = world.server.context;
    const facts = await signer.read(String(body.url), { signal: new AbortController().signal });
    expect(facts.name).toMatch(name instanceof RegExp ? name : new RegExp(`^${name}$`));
    await signer.remove(String(body.url), { signal: new AbortController().signal });
  });

  it('file name in broken UTF-8 is mended', async () => {
    const bytes = encodeForm(form({}));
    const at = bytes.indexOf('cat.jpg');
    bytes[at] = 0xff;
    bytes[at + 1] = 0xc3;
    const { status, body } = await post(world.baseUrl, bytes);
    expect(status).toBe(200);
    await world.server.context.signer.remove(String(body.url), { signal: new AbortController().signal });
  });

  it('with a Content-Length that is too short is cut off there', async () => {
    const body = encodeForm(form({}));
    const head = `POST /upload HTTP/1.1\r\nhost: x\r\ncontent-type: ${formHeaders()['content-type']}\r\ncontent-length: ${body.length - 40}\r\n\r\n`;
    const answer = await exchange(world.port, [head, body]);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(await world.keys()).toEqual([]);
  });

  it('leaves the connection usable for the next request, when it came whole', async () => {
    const bad = encodeForm(form({ uid: 'x' }));
    const good = encodeForm(form({}));
    const request = (body: Buffer): string | Buffer =>
      Buffer.concat([
        Buffer.from(
          `POST /upload HTTP/1.1\r\nhost: x\r\ncontent-type: ${formHeaders()['content-type']}\r\ncontent-length: ${body.length}\r\n\r\n`,
        ),
        body,
      ]);
    const answers = await exchange(world.port, [Buffer.concat([request(bad), request(good)] as Buffer[])], 2);
    expect(answers).toContain('"error":"field-wrong"');
    expect(answers).toContain('"result":true');
    for (const key of await world.keys())
      await world.server.context.signer.remove(`${world.baseUrl}/files/${key}`, {
        signal: new AbortController().signal,
      });
  });
});
