import { checkFileUrl } from '../carry/keys.ts';
import { call, type SignerTest } from '../carry/signer-test.ts';
import { upload } from '../carry/whole.ts';
import { alike, check, equal, sameBytes } from '../check/check.ts';
import { fails } from '../check/fails.ts';
import type { SignerCase } from '../harness/signer-case.ts';

/** What no signer owns, and what `owns` must survive. */
const RUBBISH: readonly string[] = [
  '',
  ' ',
  '/',
  'not a url',
  'http://',
  'https://',
  'javascript:alert(1)',
  'data:text/plain,x',
  'file:///etc/passwd',
  'ftp://example.com/x',
  'https://example.com/',
  'https://example.com/0/2026/01/00000000000000000000000000000000/a.mp4',
  'http://[::1',
  'https://exa\u0000mple.com/x',
  '\ud800',
  `https://example.com/${'a'.repeat(100_000)}`,
];

/** Which URLs are the signer's own, and which only look like it. */
export const urlCases: readonly SignerCase[] = [
  { name: 'a file URL is durable: no query, no user, owned', run: durable },
  { name: 'foreign URLs are not owned, and refused', run: (test) => foreign(test, async () => RUBBISH) },
  { name: 'look-alikes of a file URL are not owned, and refused', run: (test) => foreign(test, lookAlikes) },
  { name: 'a prefix that only begins alike is foreign', run: prefixes },
];

async function durable(test: SignerTest): Promise<void> {
  for (const size of [1, test.bench.sizes.manyParts]) {
    const { begun, object } = await upload(test, { size });
    checkFileUrl(object, begun.signer);
    test.secrets.scan(object.url, 'the file URL');
    check(test.bench.signerWith({}).owns(object.url), 'another replica owns it too');
  }
}

async function foreign(
  test: SignerTest,
  urlsOf: (test: SignerTest) => Promise<readonly string[]>,
): Promise<void> {
  const { file, object } = await upload(test, { size: 100 });
  const { signer, store } = test.bench;
  for (const url of await urlsOf(test)) {
    const shown = JSON.stringify(url.slice(0, 200));
    equal(signer.owns(url), false, `owns(${shown})`);
    await fails(
      () => signer.read(url, call),
      ['foreign-url', 'invalid-url'],
      test.secrets,
      `read of ${shown}`,
    );
    await fails(
      () => signer.remove(url, call),
      ['foreign-url', 'invalid-url'],
      test.secrets,
      `remove of ${shown}`,
    );
  }
  const keys = await store.keys();
  check(keys.includes(object.key), 'the object is still there');
  sameBytes(await store.bytes(object.key), file.bytes, 'what the store holds');
}

async function lookAlikes(test: SignerTest): Promise<readonly string[]> {
  const { object } = await upload(test, { size: 1 });
  const { origin, host, hostname, protocol, pathname } = new URL(object.url);
  const rest = object.url.slice(origin.length);
  const port = host.slice(hostname.length);
  const dotted = `${protocol}//${hostname}.${port}${rest}`;
  return [
    `${protocol}//${hostname}.evil.example${port}${rest}`,
    `${protocol}//evil-${hostname}${port}${rest}`,
    `${protocol}//${host}@evil.example${rest}`,
    `${protocol}//user:password@${host}${rest}`,
    `${protocol}//evil.example/${host}${rest}`,
    `${protocol}//${hostname}:1${rest}`,
    dotted,
    `${protocol}//${host}\\@evil.example${rest}`,
    `${protocol}//evil.example\\@${host}${rest}`,
    `ftp://${host}${rest}`,
    `${origin}/../other-bucket${rest}`,
    `${origin}/x${rest}`,
    `${origin}${rest.replace(/\/([^/]+)$/, '/../../$1')}`,
    `${origin}${rest.replace(/\/([^/]+)$/, '/./$1')}`,
    `${origin}${rest.replace(/\/([^/]+)$/, '/%2e%2e/$1')}`,
    `${origin}${rest.replace(/\/([^/]+)$/, '%2F$1')}`,
    `${origin}${rest.replace(/\/([^/]+)$/, '%5c$1')}`,
    `${origin}${rest.replace(/\/([^/]+)$/, '//$1')}`,
    `${origin}/`,
    `${origin}${pathname.split('/').slice(0, 2).join('/')}x${pathname.split('/').slice(2).join('/')}`,
    `${object.url}?versionId=1`,
    `${object.url}#fragment`,
    `${object.url}%`,
    `${object.url}%00`,
    `${object.url}\n`,
    ` ${object.url}`,
    // An IP address with a dot at its end is the same address; a name with one is another name.
  ].filter((url) => url !== dotted || new URL(dotted).host !== host);
}

async function prefixes(test: SignerTest): Promise<void> {
  const one = test.bench.signerWith({ prefix: 'conformance-chat' });
  const two = test.bench.signerWith({ prefix: 'conformance-chat2' });
  const inOne = await upload(test, { size: 1 }, one);
  const inTwo = await upload(test, { size: 1 }, two);
  alike([one.owns(inOne.object.url), two.owns(inTwo.object.url)], [true, true], 'each owns its own');
  alike([one.owns(inTwo.object.url), two.owns(inOne.object.url)], [false, false], 'neither owns the other');
  await fails(
    () => one.read(inTwo.object.url, call),
    ['foreign-url'],
    test.secrets,
    'read under another prefix',
  );
  await fails(
    () => one.remove(inTwo.object.url, call),
    ['foreign-url'],
    test.secrets,
    'remove under another prefix',
  );
  await one.remove(inOne.object.url, call);
  await two.remove(inTwo.object.url, call);
}
