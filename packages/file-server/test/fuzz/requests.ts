import { type Dice, NASTY } from './dice.ts';
import { form } from './form.ts';
import { mutated, nearlyJson, rubbish } from './json.ts';
import type { Known } from './known.ts';
import { cutOff, type FuzzRequest, type Head, headerText, noHttp, wire } from './wire.ts';

/** What requests are made of. */
export interface Material {
  readonly dice: Dice;
  readonly token: string;
  readonly base: string;
  /** File URLs and tickets that the server gave away. */
  readonly urls: Known;
  readonly tickets: Known;
  /** Signed paths of the disk store. */
  readonly signed: readonly string[];
}

/** Any of the requests. */
export function fuzzRequest(material: Material): FuzzRequest {
  const { dice } = material;
  const kind = dice.below(100);
  if (kind < 8) return wire(dice, upload(material, true), true);
  if (kind < 40) return wire(dice, upload(material, false));
  if (kind < 62) return wire(dice, signing(material));
  if (kind < 80) return wire(dice, download(material));
  if (kind < 84) return wire(dice, disk(material));
  if (kind < 88) return wire(dice, somewhere(material));
  if (kind < 94) return noHttp(dice);
  return cutOff(dice, wire(dice, upload(material, dice.chance(0.5)), true));
}

function tokenOf({ dice, token }: Material): string {
  return dice.chance(0.75) ? token : dice.pick(['', 'wrong', token.slice(1), ...NASTY]);
}

function upload(material: Material, good: boolean): Head {
  const { dice, token } = material;
  const { body, contentType } = form(dice, good ? token : tokenOf(material), good);
  const headers: [string, string][] = contentType === null ? [] : [['Content-Type', contentType]];
  const method = good || dice.chance(0.95) ? 'POST' : dice.pick(['GET', 'PUT', 'DELETE', 'PATCH']);
  return { method, path: '/upload', headers, body, good };
}

const CALLS = [
  'uploads',
  'uploads/sign',
  'uploads/resume',
  'uploads/commit',
  'uploads/discard',
  'files/read',
  'files/remove',
] as const;

function signing(material: Material): Head {
  const { dice, base, tickets, urls } = material;
  const call = dice.pick(CALLS);
  const ticket = tickets.at(dice.below(1000) / 1000, 'ticket');
  const part = { number: 1, size: 10, digests: { crc32: 'AAAAAA==' } };
  const bodies: Record<(typeof CALLS)[number], unknown> = {
    uploads: {
      size: dice.below(10_000),
      contentType: 'image/jpeg',
      name: 'cat.jpg',
      source: 0,
      uid: 7,
      mid: '1',
      transferId: `t${dice.below(1e9)}`,
      digests: { crc32: 'AAAAAA==' },
    },
    'uploads/sign': { ticket, parts: [part] },
    'uploads/resume': { ticket },
    'uploads/commit': { ticket, manifest: { size: 10, parts: [part], digests: { crc32: 'AAAAAA==' } } },
    'uploads/discard': { ticket },
    'files/read': { url: urls.at(dice.below(1000) / 1000, `${base}/files/x`) },
    'files/remove': { url: `${base}/files/nothing` },
  };
  const value = dice.chance(0.3)
    ? bodies[call]
    : dice.chance(0.7)
      ? mutated(dice, bodies[call])
      : rubbish(dice);
  const headers: [string, string][] = [['Authorization', `Bearer ${headerText(tokenOf(material))}`]];
  const type = dice.chance(0.9) ? 'application/json' : headerText(dice.pick(NASTY));
  return {
    method: dice.chance(0.95) ? 'POST' : dice.pick(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD']),
    path: `/v1/${call}`,
    headers: [...headers, ['Content-Type', type]],
    body: nearlyJson(dice, value),
  };
}

const RANGES: readonly [string, ...string[]] = [
  'bytes=0-0',
  'bytes=-1',
  'bytes=5-1',
  'bytes=0-1,3-4',
  'bytes=99999-',
  'lines=1-2',
  '*',
  '"x"',
  'W/"x"',
];

function download(material: Material): Head {
  const { dice, base, urls } = material;
  const known = urls.at(dice.below(1000) / 1000, `${base}/files/mesibo/0/nothing.jpg`).slice(base.length);
  const path = dice.chance(0.4) ? known : `/files/${pathText(dice.pick(NASTY))}`;
  const query = dice.chance(0.3) ? `?auth=${pathText(tokenOf(material))}&via=stream` : '';
  const odd = [
    'Range',
    'If-Range',
    'If-Match',
    'If-None-Match',
    'If-Modified-Since',
    'Prefer',
    'Origin',
  ] as const;
  const headers: [string, string][] = dice.chance(0.5)
    ? [['Authorization', `Bearer ${headerText(tokenOf(material))}`]]
    : [];
  if (dice.chance(0.3)) headers.push(['Range', dice.pick(RANGES)]);
  while (dice.chance(0.4)) headers.push([dice.pick(odd), headerText(dice.pick(['', ...RANGES, ...NASTY]))]);
  const method = dice.pick(['GET', 'GET', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);
  return { method, path: path + query, headers };
}

/** Never what was signed, but near it. */
function disk({ dice, signed }: Material): Head {
  const target = signed[dice.below(signed.length)] ?? '/disk/x?y=z';
  const own = target.slice('/disk'.length);
  const changed = pathText(dice.damaged(Buffer.from(own)).toString('latin1'));
  const damaged = changed === own ? `${own}0` : changed;
  const path = dice.chance(0.7) ? `/disk${damaged}` : `/disk/${pathText(dice.pick(NASTY))}`;
  const headers: [string, string][] = [];
  while (dice.chance(0.5)) {
    const name = dice.pick([
      'Content-Range',
      'Range',
      'If-None-Match',
      'If-Match',
      'Content-Type',
      'X-Size',
      'Origin',
    ]);
    headers.push([
      name,
      headerText(dice.pick(['bytes 0-9/10', 'bytes */10', 'bytes 5-1/3', ...RANGES, ...NASTY])),
    ]);
  }
  const method = dice.pick(['GET', 'HEAD', 'PUT', 'PUT', 'PUT', 'DELETE', 'POST', 'OPTIONS', 'PATCH']);
  const body = method === 'PUT' || method === 'POST' ? dice.bytes(dice.below(100)) : Buffer.alloc(0);
  return { method, path, headers, body };
}

function somewhere({ dice }: Material): Head {
  const path = dice.pick([
    '/',
    '/healthz',
    '/readyz',
    '/metrics',
    '/v1/capabilities',
    '/v1/openapi.json',
    '//',
    '/./healthz',
    '/files',
    '/files/',
    '/files/../healthz',
    '/upload/',
    '/v2/uploads',
    `/${pathText(dice.pick(NASTY))}`,
    'http://other.test/healthz',
    '*',
    'rubbish',
  ]);
  const method = dice.pick([
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'DELETE',
    'OPTIONS',
    'PATCH',
    'TRACE',
    'PROPFIND',
    'QUERY',
  ]);
  return {
    method,
    path,
    ...(method === 'POST' || method === 'PUT' ? { body: dice.bytes(dice.below(50)) } : {}),
  };
}

/** Bytes above a bare minimum are escaped: what is no path at all is another kind of request. */
function pathText(text: string): string {
  return text
    .slice(0, 2000)
    .replaceAll(/[^\x21-\x7e]/g, (one) => (one === ' ' ? '%20' : '%C3%A4'))
    .replaceAll('#', '%23');
}
