import { trueName } from '@mesibo-files/handler-core/provider';
import { parse } from 'content-disposition';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, device } from '../signing/device.ts';
import { openWorld } from '../signing/world.ts';
import { BOUNDARY, encodeForm, fiveFields, post } from '../wire/forms.ts';
import { startWorld, type World } from '../wire/world.ts';
import { WRITTEN_NAMES, type WrittenName } from './names.ts';

const call = { signal: new AbortController().signal };

/** A form whose file part has these parameters. */
function formWith({ written, latin1 }: WrittenName): Buffer {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; ${written}\r\nContent-Type: image/jpeg\r\n\r\n`;
  const fields = encodeForm(fiveFields()).subarray(0, -`--${BOUNDARY}--\r\n`.length);
  const end = `a cat\r\n--${BOUNDARY}--\r\n`;
  return Buffer.concat([fields, Buffer.from(head, latin1 ? 'latin1' : 'utf8'), Buffer.from(end)]);
}

describe('a name', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ downloads: 'stream' });
  });
  afterAll(() => world.close());

  it.each(WRITTEN_NAMES)(
    'written as $client ($written) is $name, also when it is downloaded',
    async (row) => {
      const { status, body } = await post(world.baseUrl, formWith(row));
      expect([status, body]).toEqual([200, expect.objectContaining({ result: true })]);
      const url = String(body.url);
      expect((await world.server.context.signer.read(url, call)).name).toBe(row.name);
      const answer = await fetch(url);
      expect(await answer.text()).toBe('a cat');
      // Read by somebody else's library, as a browser would.
      expect(parse(answer.headers.get('content-disposition') ?? '').parameters.filename).toBe(row.name);
    },
  );

  it('is written in at least 40 ways', () => {
    expect(WRITTEN_NAMES.length).toBeGreaterThanOrEqual(40);
  });
});

describe('a name in the signing protocol', () => {
  it.each([
    ...new Set(WRITTEN_NAMES.map(({ name }) => name)),
    'K%C3%A4tze.jpg',
    '=?utf-8?B?w6Q=?=.jpg',
    'a%22.jpg',
  ])('is JSON, and means what it says: %s', async (name) => {
    const { store, client } = openWorld();
    const { signer } = client();
    const { url, name: stored } = await device(store).upload(signer, bytesOf(5), { name });
    expect([stored, (await signer.read(url, call)).name]).toEqual([trueName(name), trueName(name)]);
  });
});
