import { FILETYPE, type Source } from '@mesibo-files/handler-core';
import { describe, expect, it, vi } from 'vitest';
import { bytes, createCloud, holdBack } from '../../test/cloud.ts';
import { fakeMesibo, strict } from '../../test/javascript-mesibo.ts';
import { attachFiles } from './attach.ts';

function sender(options: Parameters<typeof fakeMesibo>[0] = {}) {
  const cloud = createCloud();
  const mesibo = fakeMesibo(options);
  cloud.files.files.set('/photo.jpg', bytes);
  const { signer, runtime } = cloud;
  const files = attachFiles(mesibo.api, { signer, runtime, uid: 9, pathFor: ({ name }) => `/in/${name}` });
  return { ...cloud, mesibo, send: files.send.bind(files, mesibo.profile) };
}

describe('a file that is sent', () => {
  it('is uploaded first; then its message has the durable URL', async () => {
    const { mesibo, send, store } = sender();
    const go = holdBack(store);
    const sent = send({ from: '/photo.jpg', title: 'Sunset', message: 'Look' });
    await vi.waitFor(() => expect(store.unfinished()).toBe(0));
    expect(mesibo.calls).toEqual([]);
    go();
    const { url } = await sent;
    expect(url).toMatch(/^https:\/\/memory\.invalid\/bucket\/[^?]+\/photo\.jpg$/);
    expect(mesibo.calls).toEqual([
      `setContent ${url}`,
      `setContentType ${FILETYPE.IMAGE}`,
      'title Sunset',
      'message Look',
      'send',
    ]);
    const head = store.objects.inspect((await sent).key);
    expect(JSON.stringify(head?.meta)).toContain('77');
  });

  it.each(['signedFiles', 'secureDownload'] as const)(
    'that is protected says so to the store, and in the message by the name %s',
    async (protection) => {
      const { send, store } = sender({ protection });
      const { key, message } = await send({ from: '/photo.jpg', secure: true });
      expect(store.objects.inspect(key)?.meta).toMatchObject({ mesibosecure: '1' });
      expect(message[protection]).toBe(true);
      const plain = await send({ from: '/photo.jpg', name: 'other.jpg' });
      expect(store.objects.inspect(plain.key)?.meta.mesibosecure).toBeUndefined();
      expect(plain.message[protection]).toBe(false);
    },
  );

  it('that is protected is so in the store, where mesibo has no name for it', async () => {
    const { send, store } = sender();
    const { key } = await send({ from: '/photo.jpg', secure: true });
    expect(store.objects.inspect(key)?.meta).toMatchObject({ mesibosecure: '1' });
  });

  it('has the type and name that it is given, and tells of its progress', async () => {
    const { mesibo, send } = sender();
    const percents: number[] = [];
    const { url } = await send({
      from: '/photo.jpg',
      type: FILETYPE.VIDEO,
      name: 'clip.mp4',
      onProgress: ({ percent }) => percents.push(percent),
    });
    expect(url).toMatch(/clip\.mp4$/);
    expect(mesibo.calls).toContain(`setContentType ${FILETYPE.VIDEO}`);
    expect([percents.at(-1), [...percents].sort((left, right) => left - right)]).toEqual([100, percents]);
  });

  it('may be a source that has no path', async () => {
    const { mesibo, send, store } = sender();
    const from: Source = {
      facts: { size: bytes.length, fingerprint: null, name: 'song.mp3' },
      replayable: true,
      read: async (offset, buffer) => {
        const slice = bytes.subarray(offset, offset + buffer.length);
        buffer.set(slice);
        return slice.length;
      },
      unchanged: async () => true,
      close: async () => undefined,
    };
    const { key, size } = await send({ from });
    expect([store.objects.keys(), size]).toEqual([[key], bytes.length]);
    expect(mesibo.calls).toContain(`setContentType ${FILETYPE.AUDIO}`);
  });

  it('has a thumbnail where messages offer one, and goes without where they do not', async () => {
    const with_ = sender({ thumbnails: true });
    expect(await with_.send({ from: '/photo.jpg', thumbnail: 'small' })).toMatchObject({ thumbnail: true });
    expect(with_.mesibo.calls).toContain('setThumbnail small');
    const without = sender();
    expect(await without.send({ from: '/photo.jpg', thumbnail: 'small' })).toMatchObject({
      thumbnail: false,
    });
    expect(without.mesibo.calls.at(-1)).toBe('send');
  });
});

describe('nothing is sent', () => {
  it('when the upload fails', async () => {
    const { mesibo, send } = sender();
    await expect(send({ from: '/none.jpg' })).rejects.toMatchObject({ code: 'file-not-found' });
    expect(mesibo.calls).toEqual([]);
  });

  it('when it is stopped, and the next goes on where it was', async () => {
    const { mesibo, send, store, events } = sender();
    const stop = new AbortController();
    store.faults.delay = ({ url }) => {
      if (store.requests.length === 2 && url !== '') stop.abort();
      return 0;
    };
    await expect(send({ from: '/photo.jpg', signal: stop.signal })).rejects.toMatchObject({
      code: 'stopped',
    });
    expect(mesibo.calls).toEqual([]);
    store.faults.delay = undefined;
    await send({ from: '/photo.jpg' });
    expect(events.map(({ type }) => type)).toContain('resumed');
    expect(mesibo.calls.at(-1)).toBe('send');
  });

  it('through a profile that is none of mesibo’s', async () => {
    const { signer, runtime } = createCloud();
    const files = attachFiles(fakeMesibo().api, { signer, runtime, pathFor: () => '' });
    const profile = strict({ newMessage: () => strict({}) });
    await expect(files.send(profile, { from: '/photo.jpg' })).rejects.toMatchObject({ code: 'unsupported' });
  });
});
