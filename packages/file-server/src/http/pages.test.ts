import { afterEach, describe, expect, it } from 'vitest';
import { filePart, fiveFields, post } from '../../test/wire/forms.ts';
import { startWorld, type World } from '../../test/wire/world.ts';

const PAGE = 'https://chat.example.com';

let world: World;
afterEach(() => world.close());

const send = async (headers: Record<string, string>): Promise<[number, unknown, string | null]> => {
  const answer = await post(world.baseUrl, [...fiveFields(), filePart('a cat')], headers);
  return [answer.status, answer.body.error, answer.headers.get('access-control-allow-origin')];
};

describe('a form that a page posts to the upload URL', () => {
  it.each<[string, Record<string, string>]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['a sandbox', { origin: 'null' }],
    ['an origin that begins alike', { origin: `${PAGE}.evil.example` }],
    ['another site, with no origin', { 'sec-fetch-site': 'cross-site' }],
    ['another origin of the site', { 'sec-fetch-site': 'same-site' }],
    ['another origin, with a cookie', { origin: 'https://evil.example', cookie: 'session=1' }],
  ])('from %s is refused, and nothing of it stored', async (_, headers) => {
    world = await startWorld({ origins: [PAGE] });
    expect(await send(headers)).toEqual([403, 'foreign-page', null]);
    expect(await world.keys()).toEqual([]);
  });

  it('is taken from a listed origin, which reads the answer; from its own; and from what is no page', async () => {
    world = await startWorld({ origins: [PAGE] });
    expect(await send({ origin: PAGE, 'sec-fetch-site': 'cross-site' })).toEqual([200, undefined, PAGE]);
    const { origin } = new URL(world.baseUrl);
    expect(await send({ origin })).toEqual([200, undefined, null]);
    expect(await send({ 'sec-fetch-site': 'same-origin', origin: 'null' })).toEqual([200, undefined, null]);
    expect(await send({})).toEqual([200, undefined, null]);
  });

  it('is taken from any page where any may call, but with no cookie', async () => {
    world = await startWorld({ origins: ['*'] });
    expect(await send({ origin: 'https://any.example' })).toEqual([200, undefined, '*']);
    const [status, code] = await send({ origin: 'https://any.example', cookie: 'session=1' });
    expect([status, code]).toEqual([403, 'foreign-page']);
  });
});
