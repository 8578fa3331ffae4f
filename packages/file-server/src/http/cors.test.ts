import { expect, it } from 'vitest';
import { BASE, openWorld } from '../../test/signing/world.ts';

const PAGE = 'https://chat.example.com';

function preflight(path: string, origin: string): Request {
  return new Request(BASE + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
}

it('a page of a listed origin may call, with its token and without cookies, and reads why it may not', async () => {
  const { send } = openWorld({ origins: [PAGE] });
  for (const path of ['/v1/uploads', '/v1/files/read', '/files/0/2026/01/a/b.jpg', '/upload']) {
    const { status, headers } = await send(preflight(path, PAGE));
    expect([path, status]).toEqual([path, 204]);
    expect(headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(headers.get('access-control-allow-headers')).toContain('authorization');
    expect(headers.get('access-control-allow-methods')).toContain('POST');
    expect(headers.get('access-control-max-age')).toBe('3600');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('vary')).toContain('Origin');
  }
  const refused = await send(
    new Request(`${BASE}/v1/uploads`, { method: 'POST', headers: { origin: PAGE }, body: '{}' }),
  );
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([400, PAGE]);
  expect(refused.headers.get('access-control-expose-headers')).toContain('retry-after');
  const missing = await send(new Request(`${BASE}/v1/nothing`, { headers: { origin: PAGE } }));
  expect([missing.status, missing.headers.get('access-control-allow-origin')]).toEqual([404, PAGE]);
});

it('a page of any other origin is told nothing', async () => {
  const { send } = openWorld({ origins: [PAGE] });
  for (const origin of [
    'https://evil.example.com',
    `${PAGE}.evil.example`,
    'null',
    'http://chat.example.com',
  ]) {
    const { headers } = await send(preflight('/v1/uploads', origin));
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }
});

it('is for everybody where the owner says so, and off where the owner says nothing', async () => {
  const open = await openWorld({ origins: ['*'] }).send(preflight('/v1/uploads', PAGE));
  expect(open.headers.get('access-control-allow-origin')).toBe('*');
  const closed = await openWorld().send(preflight('/v1/uploads', PAGE));
  expect([closed.status, closed.headers.get('access-control-allow-origin')]).toEqual([405, null]);
});
