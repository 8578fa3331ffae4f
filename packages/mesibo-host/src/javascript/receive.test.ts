import type { SignedHandlerOptions } from '@mesibo-files/handler-core';
import { describe, expect, it, vi } from 'vitest';
import { bytes, createCloud, holdBack } from '../../test/cloud.ts';
import { arrived, fakeMesibo } from '../../test/javascript-mesibo.ts';
import { attachFiles } from './attach.ts';
import type { JavaScriptFilesOptions } from './options.ts';
import type { ReceivedFile } from './received-file.ts';

/** An app that has stored a file, and whose listener is attached. */
async function receiver(
  more: Partial<JavaScriptFilesOptions> = {},
  handlerOptions: Partial<SignedHandlerOptions> = {},
) {
  const cloud = createCloud(handlerOptions);
  const mesibo = fakeMesibo();
  const told: string[] = [];
  const faults: unknown[] = [];
  const { signer, runtime, handler } = cloud;
  const files = attachFiles(mesibo.api, {
    signer,
    runtime,
    handler,
    pathFor: ({ name }) => `/in/${name}`,
    onFile: (file) => told.push(stateOf(file)),
    onFault: (error) => faults.push(error),
    ...more,
  });
  cloud.files.files.set('/photo.jpg', bytes);
  const { url } = await attachFiles(fakeMesibo().api, { signer, runtime, pathFor: () => '' }).send(
    mesibo.profile,
    { from: '/photo.jpg' },
  );
  const fileOf = (message: object): ReceivedFile => {
    const file = files.fileOf(message);
    if (file === null) throw new Error('the message has no file');
    return file;
  };
  return { ...cloud, device: cloud.files.files, mesibo, files, told, faults, url, fileOf };
}

function stateOf(file: ReceivedFile): string {
  if (file.isFileReady()) return 'ready';
  if (file.isFileTransferInProgress()) return `running ${file.getProgress()}`;
  if (file.isFileTransferFailed()) return 'failed';
  return file.isFileTransferRequired() ? 'required' : 'nothing';
}

const ready = (file: ReceivedFile): Promise<void> => vi.waitFor(() => expect(file.isFileReady()).toBe(true));

describe('a file that is received', () => {
  it.each(['Realtime', 'Pending'])('with a message of origin %s is downloaded at once', async (origin) => {
    const { mesibo, files, told, url, fileOf } = await receiver();
    const message = mesibo.tell('message', arrived(url, { origin }));
    const file = fileOf(message);
    await ready(file);
    expect([file.path, file.url, file.name, file.getProgress()]).toEqual([
      '/in/photo.jpg',
      url,
      'photo.jpg',
      100,
    ]);
    expect([told[0], told.at(-1)]).toEqual(['required', 'ready']);
    expect(files.fileOf(message)).toBe(file);
  });

  it('has the bytes that were sent', async () => {
    const { mesibo, device, url, fileOf } = await receiver();
    await ready(fileOf(mesibo.tell('message', arrived(url))));
    expect(device.get('/in/photo.jpg')).toEqual(bytes);
  });

  it.each(['Db', 'none that it says'])('with a message of origin %s waits for the user', async (origin) => {
    const { mesibo, told, url, events, fileOf } = await receiver();
    const file = fileOf(mesibo.tell('message', arrived(url, { origin })));
    expect([file.isFileTransferRequired(), told]).toEqual([true, ['required']]);
    expect(events.at(-1)).toMatchObject({ type: 'deferred', reason: 'the message is an old one' });
    expect(file.startFileTransfer(1)).toBe(true);
    await ready(file);
  });

  it('may get its URL with an update only, and is not asked for by further ones', async () => {
    const { mesibo, files, url, fileOf, events } = await receiver();
    expect(files.fileOf(mesibo.tell('message', arrived(null)))).toBeNull();
    const file = fileOf(mesibo.tell('update', arrived(url)));
    await ready(file);
    const before = events.length;
    mesibo.tell('update', arrived(url));
    expect(events).toHaveLength(before);
  });

  it('is one, although its message is another object each time', async () => {
    const { mesibo, url, fileOf } = await receiver();
    const [one, two, other] = [5n, 5n, 6n].map((mid) =>
      fileOf(mesibo.tell('message', arrived(url, { mid }))),
    );
    expect([one === two, one === other]).toEqual([true, false]);
  });

  it('with a message that has no id is known by its object', async () => {
    const { mesibo, files, url } = await receiver();
    const message = mesibo.tell('message', arrived(url, { mid: null }));
    const file = files.fileOf(message);
    files.Mesibo_onMessageUpdate(message);
    expect(files.fileOf(message)).toBe(file);
  });

  it('can be stopped and started again', async () => {
    const { mesibo, store, url, fileOf } = await receiver();
    const go = holdBack(store);
    const file = fileOf(mesibo.tell('message', arrived(url)));
    expect([file.toggleFileTransfer(1), stateOf(file), file.stopFileTransfer()]).toEqual([
      true,
      'required',
      false,
    ]);
    go();
    expect(file.toggleFileTransfer(1)).toBe(true);
    await ready(file);
  });

  it('that failed is asked for when its message is read again, as the policy has it', async () => {
    const { mesibo, store, url, fileOf, errors } = await receiver();
    store.faults.beforeSigner = () => {
      throw new Error('on purpose');
    };
    const file = fileOf(mesibo.tell('message', arrived(url)));
    await vi.waitFor(() => expect(file.isFileTransferFailed()).toBe(true));
    store.faults.beforeSigner = undefined;
    mesibo.tell('update', arrived(url));
    expect(stateOf(file)).toBe('failed');
    mesibo.tell('message', arrived(url));
    await ready(file);
    expect(errors).toHaveLength(1);
  });

  it('that is protected fails where no store of ours has it, and is never fetched plainly', async () => {
    const { mesibo, errors, store, fileOf } = await receiver({}, { foreignUrls: 'plain' });
    const before = store.requests.length;
    for (const [at, flag] of ['signedFiles', 'secureDownload'].entries()) {
      const message = { ...arrived('https://elsewhere.example/f', { mid: BigInt(at + 1) }), [flag]: true };
      const file = fileOf(mesibo.tell('message', message));
      await vi.waitFor(() => expect(file.isFileTransferFailed()).toBe(true));
    }
    expect(errors.map(({ code }) => code)).toEqual(['unauthorised', 'unauthorised']);
    expect(store.requests).toHaveLength(before);
  });

  it('offers the thumbnail that its message has', async () => {
    const { mesibo, url, fileOf } = await receiver();
    const with_ = { ...arrived(url), getThumbnail: () => 'small' };
    expect(fileOf(mesibo.tell('message', with_)).getThumbnail()).toBe('small');
    expect(fileOf(mesibo.tell('message', arrived(url, { mid: 6n }))).getThumbnail()).toBeNull();
  });

  it.each([
    [{ getFileName: () => '../Ärger?.pdf' }, 'Ärger_.pdf'],
    [{ file: { url: 'https://a.example/x/a%20b.txt?s=1' } }, 'a b.txt'],
    [{ file: { url: 'https://a.example/%' } }, 'file'],
  ])('has a safe name, of %o', async (more, name) => {
    const { mesibo, url, fileOf } = await receiver();
    const message = { ...arrived(url, { origin: 'Db' }), ...more };
    expect(fileOf(mesibo.tell('message', message)).name).toBe(name);
  });
});

it('what this user sent does not come back as a download', async () => {
  const { mesibo, files, events } = await receiver();
  const { url } = await files.send(mesibo.profile, { from: '/photo.jpg' });
  const before = events.length;
  expect(files.fileOf(mesibo.tell('message', arrived(url)))).toBeNull();
  expect(events).toHaveLength(before);
});

it('a message with no file is nothing', async () => {
  const { mesibo, files, told, faults } = await receiver();
  for (const message of [{ message: 'Hello' }, { file: null }, { file: { url: '' } }])
    expect(files.fileOf(mesibo.tell('message', message))).toBeNull();
  expect([told, faults]).toEqual([[], []]);
});

it('a callback that throws is reported, and harms nobody', async () => {
  let paths = 0;
  const { mesibo, files, url, faults, fileOf } = await receiver({
    onFile: () => {
      throw new Error('a fault of the app');
    },
    pathFor: () => {
      paths += 1;
      if (paths === 1) throw new Error('no folder yet');
      return '/in/late.jpg';
    },
  });
  expect(files.fileOf(mesibo.tell('message', arrived(url)))).toBeNull();
  const file = fileOf(mesibo.tell('message', arrived(url)));
  await ready(file);
  expect(String(faults[0])).toContain('no folder yet');
  expect(String(faults.at(-1))).toContain('a fault of the app');
});
