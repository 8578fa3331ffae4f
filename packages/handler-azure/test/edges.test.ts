import { readAnswer } from '@mesibo-files/handler-core/provider';
import { afterEach, describe, expect, it } from 'vitest';
import { downloadAnswers, uploadAnswers } from '../src/format/answers.ts';
import { call } from './facts.ts';
import { scriptedStore } from './scripted-store.ts';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

describe('a download', () => {
  const reading = async (headers: Record<string, string>) => {
    const store = await scriptedStore(() => ({
      headers: {
        etag: '"0x1"',
        'content-length': '5',
        'content-type': 'text/plain',
        'x-ms-blob-type': 'BlockBlob',
        ...headers,
      },
    }));
    close = store.close;
    return store.signer({ publicUrl: 'https://cdn.example' }).read('https://cdn.example/mesibo/x', call);
  };

  it('of an archived blob says the tier, and how to restore it', async () => {
    await expect(reading({ 'x-ms-access-tier': 'Archive' })).rejects.toMatchObject({
      code: 'object-archived',
      message: expect.stringContaining('Archive'),
      hint: expect.stringContaining('set-tier'),
    });
    const status = { 'x-ms-access-tier': 'Archive', 'x-ms-archive-status': 'rehydrate-pending-to-cool' };
    await expect(reading(status)).rejects.toMatchObject({
      message: expect.stringContaining('being restored'),
    });
    expect(await reading({ 'x-ms-access-tier': 'Cool' })).toMatchObject({ size: 5 });
  });

  it('is bound to no weak ETag', async () => {
    const plan = await reading({ etag: 'W/"0x1"' });
    expect([plan.version, plan.request.headers]).toEqual([null, {}]);
    const strong = await reading({});
    expect([strong.version, strong.request.headers]).toEqual(['"0x1"', { 'if-match': '"0x1"' }]);
  });
});

it('an archived blob and an unknown code are read as what they are', () => {
  const answer = (status: number, code: string) => ({
    status,
    headers: { 'x-ms-error-code': code },
    body: '',
  });
  const archived = readAnswer(downloadAnswers(false), answer(409, 'BlobArchived'), 0);
  expect(archived).toMatchObject({ means: 'refused', error: 'object-archived' });
  for (const reading of [downloadAnswers(false), uploadAnswers(false)]) {
    expect(readAnswer(reading, answer(404, 'SomethingElse'), 0)).toMatchObject({
      means: 'refused',
      error: 'store-refused',
    });
    expect(readAnswer(reading, { status: 404, headers: {}, body: '' }, 0).means).toBe('gone');
  }
});
