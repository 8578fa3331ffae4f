import type { Signer } from '@mesibo-files/handler-core';
import type { Commit } from '@mesibo-files/handler-core/provider';
import { afterEach, describe, expect, it } from 'vitest';
import { call } from '../../test/facts.ts';
import { completed, list, MIB, manifest, part, stored, ticket, whole } from '../../test/parts-script.ts';
import {
  type Asked,
  jsonRefusal,
  refusal,
  resource,
  type Scripted,
  scriptedStore,
} from '../../test/scripted-store.ts';

describe('the commit of parts', () => {
  let close: () => Promise<void> = async () => {};
  afterEach(() => close());

  /** `answers` by what is asked for; anything else is an answer of nothing known. */
  const commit = async (
    answers: Partial<Record<'list' | 'complete' | 'head' | 'look' | 'remove', (asked: Asked) => Scripted>>,
  ): Promise<{ outcome: Promise<Commit>; asked: readonly Asked[]; signer: Signer }> => {
    const store = await scriptedStore((asked) => {
      if (asked.url.pathname === '/token') return null;
      const json = asked.url.pathname.startsWith('/storage/v1/');
      const names = { GET: json ? 'head' : 'list', POST: 'complete', DELETE: 'remove' } as const;
      const name = asked.headers.range ? 'look' : names[asked.method as 'GET' | 'POST' | 'DELETE'];
      return answers[name]?.(asked) ?? { status: 500 };
    });
    close = store.close;
    const signer = store.signer({ upload: 'multipart' });
    return { outcome: signer.commit(ticket, manifest, call), asked: store.asked, signer };
  };

  it('names the parts as they are listed, and believes what the store then says', async () => {
    const { outcome, asked } = await commit({
      list: () => whole,
      complete: () => completed,
      head: () => resource(stored),
    });
    expect(await outcome).toMatchObject({ state: 'stored', object: { size: 6 * MIB, version: '17' } });
    expect(asked.find(({ method, url }) => method === 'POST' && url.pathname !== '/token')?.body).toBe(
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&#34;etag-1&#34;</ETag></Part>' +
        '<Part><PartNumber>2</PartNumber><ETag>&#34;etag-2&#34;</ETag></Part></CompleteMultipartUpload>',
    );
  });

  it('reads every page of the list', async () => {
    const { outcome } = await commit({
      list: ({ url }) =>
        url.searchParams.get('part-number-marker') === '1'
          ? list(part(2, MIB))
          : list(
              part(1, 5 * MIB),
              '<IsTruncated>true</IsTruncated><NextPartNumberMarker>1</NextPartNumberMarker>',
            ),
      complete: () => completed,
      head: () => resource(stored),
    });
    expect((await outcome).state).toBe('stored');
  });

  it('reads no list for ever', async () => {
    const same = '<IsTruncated>true</IsTruncated><NextPartNumberMarker>1</NextPartNumberMarker>';
    const { outcome } = await commit({ list: () => list(part(1, 5 * MIB), same) });
    await expect(outcome).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('names the parts that are missing, or of another size', async () => {
    const { outcome } = await commit({ list: () => list(part(2, MIB - 1)) });
    expect(await outcome).toEqual({ state: 'missing', parts: [1, 2] });
  });

  it('removes what is not what was sent, and nothing else: it names the generation', async () => {
    const { outcome, asked } = await commit({
      list: () => whole,
      complete: () => completed,
      head: () => resource({ ...stored, crc32c: 'AAAAAA==' }),
      remove: () => ({ status: 204 }),
    });
    expect(await outcome).toMatchObject({ state: 'refused', code: 'digest-mismatch' });
    expect(asked.at(-1)?.url.search).toBe('?ifGenerationMatch=17');
  });

  it('finds its own earlier success, after an answer was lost', async () => {
    const { outcome } = await commit({
      list: () => refusal(404, 'NoSuchUpload'),
      head: () => resource(stored),
    });
    expect((await outcome).state).toBe('stored');
  });

  it.each([
    ["is another's", { head: () => resource({ ...stored, metadata: {} }) }],
    ['is not there', { head: () => jsonRefusal(404, 'notFound'), look: () => refusal(404, 'NoSuchKey') }],
  ])('is gone with the upload, where the object %s', async (_, answers) => {
    const { outcome } = await commit({ list: () => refusal(404, 'NoSuchUpload'), ...answers });
    expect(await outcome).toEqual({ state: 'gone' });
  });

  it.each<[string, Scripted, string]>([
    ['a part that changed', refusal(400, 'InvalidPart'), 'server-error'],
    ['a portal', { body: '<!doctype html>' }, 'bad-answer'],
    ['a store that is busy', refusal(503, 'ServiceUnavailable', { 'retry-after': '3' }), 'server-error'],
  ])('can be made again after %s', async (_, answer, code) => {
    const { outcome } = await commit({ list: () => whole, complete: () => answer });
    await expect(outcome).rejects.toMatchObject({ code, retryable: true });
  });

  it.each([
    ['head', { status: 200, body: '<!doctype html>' }],
    ['list', { status: 200, body: '<!doctype html>' }],
  ] as const)('does not take a page for a %s', async (name, page) => {
    const { outcome } = await commit({ list: () => whole, complete: () => completed, [name]: () => page });
    await expect(outcome).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('tells a missing bucket from a missing object', async () => {
    const { outcome } = await commit({
      list: () => refusal(404, 'NoSuchUpload'),
      head: () => jsonRefusal(404, 'notFound'),
      look: () => refusal(404, 'NoSuchBucket'),
    });
    await expect(outcome).rejects.toMatchObject({ code: 'bucket-not-found' });
  });
});
