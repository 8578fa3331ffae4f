import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeForm, filePart, fiveFields, type Part, post } from '../../test/wire/forms.ts';
import { startWorld, type World } from '../../test/wire/world.ts';

const call = { signal: new AbortController().signal };
const NONE_CHOSEN: Part = { name: 'photo', value: '', filename: '', type: 'application/octet-stream' };

describe('what a file is', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ route: { awaitFields: ['caption'] } });
  });
  afterAll(() => world.close());

  const stored = async (
    parts: readonly Part[],
  ): Promise<{ name: string | null; contentType: string; size: number }> => {
    const { status, body } = await post(world.baseUrl, parts);
    expect([status, body]).toEqual([200, expect.objectContaining({ result: true })]);
    return world.server.context.signer.read(String(body.url), call);
  };

  it.each([5, 100_000])('a part with a type and no name is one, of %i bytes', async (size) => {
    const part = { name: 'photo', value: 'x'.repeat(size), type: 'image/jpeg' };
    expect(await stored([...fiveFields(), part])).toMatchObject({
      name: 'file',
      contentType: 'image/jpeg',
      size,
    });
    expect(await stored([part, ...fiveFields()])).toMatchObject({ size });
  });

  it.each<[string, Part]>([
    ['text', { name: 'note', value: 'hello', type: 'text/plain' }],
    ['text in capitals', { name: 'note', value: 'hello', type: 'TEXT/Plain; Charset=UTF-8' }],
    ['anything with a character set', { name: 'note', value: '{}', type: 'application/json; charset=utf-8' }],
    ["one of mesibo's fields", { name: 'file_offset', value: '0', type: 'application/octet-stream' }],
    ["one of the owner's", { name: 'caption', value: '"a cat"', type: 'application/json' }],
    ['with no type', { name: 'note', value: 'hello' }],
  ])('a part with no name that is %s is a field', async (_, part) => {
    expect(await stored([part, ...fiveFields(), filePart('a cat')])).toMatchObject({ name: 'cat.jpg' });
    expect(await stored([...fiveFields(), filePart('a cat'), part])).toMatchObject({ name: 'cat.jpg' });
  });

  it('a choice of no file is none', async () => {
    for (const form of [
      [...fiveFields(), NONE_CHOSEN],
      [NONE_CHOSEN, ...fiveFields()],
      [...fiveFields(), { name: 'photo', value: '', type: 'image/jpeg' }],
    ]) {
      const { status, body } = await post(world.baseUrl, form);
      expect([status, body.error]).toEqual([400, 'no-file']);
    }
  });

  it('a choice of no file beside one is passed over, however the form arrives', async () => {
    const form = [NONE_CHOSEN, ...fiveFields(), NONE_CHOSEN, filePart('a cat'), NONE_CHOSEN];
    expect(await stored(form)).toMatchObject({ name: 'cat.jpg', size: 5 });
    const bytes = encodeForm(form);
    const slow = new ReadableStream({
      async start(controller) {
        for (let at = 0; at < bytes.length; at += 7) {
          controller.enqueue(bytes.subarray(at, at + 7));
          await new Promise((resolve) => setImmediate(resolve));
        }
        controller.close();
      },
    });
    const answer = await fetch(`${world.baseUrl}/upload`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=a-boundary-of-tests' },
      body: slow,
      duplex: 'half',
    } as RequestInit);
    expect(await answer.json()).toMatchObject({ result: true });
  });

  it('an empty file with a name is one, and so are bytes with an empty name', async () => {
    expect(await stored([...fiveFields(), filePart('', 'empty.jpg')])).toMatchObject({ size: 0 });
    expect(await stored([...fiveFields(), filePart('a cat', '')])).toMatchObject({ name: 'file', size: 5 });
    expect(await stored([filePart('x'.repeat(300_000), ''), ...fiveFields()])).toMatchObject({
      size: 300_000,
    });
  });

  it('a field is read in its character set', async () => {
    let seen: unknown;
    const other = await startWorld({
      authorise: (request) => {
        if (request.action === 'upload' && 'fields' in request) seen = request.fields.get('note');
        return { allow: true };
      },
    });
    const latin1 = {
      name: 'note',
      value: Buffer.from('Kätze', 'latin1'),
      type: 'text/plain; charset=iso-8859-1',
    };
    await post(other.baseUrl, [latin1, ...fiveFields(), filePart('a cat')]);
    expect(seen).toBe('Kätze');
    await post(other.baseUrl, [{ name: 'note', value: '写真' }, ...fiveFields(), filePart('a cat')]);
    expect(seen).toBe('写真');
    await other.close();
  });
});
