import { expect, it } from 'vitest';
import { bench } from '../../test/bench.ts';
import { bytes, handlerOf } from '../../test/handler.ts';
import { transfer } from '../../test/transfer.ts';
import { absoluteUrl } from './absolute-url.ts';

const base = 'https://files.example/a/';

it.each([
  ['photos/1.jpg', 'https://files.example/a/photos/1.jpg'],
  ['/photos/1.jpg', 'https://files.example/a/photos/1.jpg'],
  ['//elsewhere.example/f', 'https://files.example/a/elsewhere.example/f'],
  ['HTTPS://b.example/f', 'HTTPS://b.example/f'],
  ['ftp://b.example/f', 'ftp://b.example/f'],
  ['', ''],
  ['../b', '../b'],
  ['%2e%2e/b', '%2e%2e/b'],
])('the URL %s under a base is %s', (url, whole) => {
  expect(absoluteUrl(url, base)).toBe(whole);
  expect(absoluteUrl(url, 'https://files.example/a')).toBe(whole);
  expect(absoluteUrl(url, undefined)).toBe(url);
});

it('a handler with a base URL downloads what a message names relatively', async () => {
  const b = bench();
  const { url } = await b.send(bytes);
  const [baseUrl, path] = [url.slice(0, url.indexOf('/bucket/')), url.slice(url.indexOf('/bucket/'))];
  const file = transfer({ upload: false, url: path, path: '/out.bin' });
  const over = file.settled();
  handlerOf(b, { downloadBaseUrl: baseUrl }).start(file);
  expect(await over).toBe('true');
  expect(b.files.files.get('/out.bin')).toEqual(bytes);
});
