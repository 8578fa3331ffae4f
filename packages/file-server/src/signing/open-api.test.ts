import { readFileSync, writeFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { bytesOf, device } from '../../test/signing/device.ts';
import { BASE, openWorld } from '../../test/signing/world.ts';
import { openApiDocument } from './open-api.ts';
import { OPERATIONS } from './operations.ts';

/** Kept for who writes a client. To write it anew: `WRITE_OPENAPI=1 npx vitest run` of this file, then Biome. */
const KEPT = new URL('../../openapi.json', import.meta.url);

it('the document that is kept is current', () => {
  if (process.env.WRITE_OPENAPI) writeFileSync(KEPT, JSON.stringify(openApiDocument(), null, 2));
  expect(JSON.parse(readFileSync(KEPT, 'utf8'))).toEqual(openApiDocument());
});

it('the document is OpenAPI, and is served', async () => {
  const document = openApiDocument();
  const { valid, errors } = await new Validator().validate(
    structuredClone(document) as Record<string, unknown>,
  );
  expect([valid, errors]).toEqual([true, undefined]);
  const { status, body } = await openWorld().send(new Request(`${BASE}/v1/openapi.json`));
  expect([status, body]).toEqual([200, { ...document, servers: [{ url: BASE }] }]);
});

it('every operation is in it, and each schema by its name', () => {
  const text = JSON.stringify(openApiDocument());
  for (const { path, request, answer } of OPERATIONS) {
    expect(text).toContain(`"${path}"`);
    for (const schema of [request, answer]) if (schema !== null) expect(schema.schema.named).toBeTruthy();
  }
  expect(text).not.toContain('"#/components/schemas/"');
});

it.each(['parts', 'session'] as const)(
  'what is answered of %s is what the document says, and no more',
  async (shape) => {
    const world = openWorld({ signer: (store) => store.signer({ shape, singleUpTo: 100, partSize: 100 }) });
    const seen = new Set<string>();
    const { signer } = world.client({
      onAnswer: async (path, response) => {
        const body: unknown = await response.json();
        const operation = OPERATIONS.find((each) => each.path === path);
        expect([path, operation?.answer(body, 'answer')]).toEqual([path, body]);
        seen.add(path);
      },
    });
    const one = device(world.store);
    const { url } = await one.upload(signer, bytesOf(500));
    await one.upload(signer, bytesOf(50));
    await one.download(signer, url);
    const call = { signal: new AbortController().signal };
    const { ticket } = await world.begin({ size: 300 });
    const size = shape === 'session' ? 300 : 100;
    await signer.sign(ticket, [{ number: 1, size, digests: { crc32: 'AAAAAA==' } }], call);
    await signer.resume(ticket, call);
    await signer.discard(ticket, call);
    await signer.remove(url, call);
    expect([...seen].sort()).toEqual(OPERATIONS.map(({ path }) => path).sort());
  },
);
