import { expect, it, vi } from 'vitest';
import { createCloud } from '../../test/cloud.ts';
import { arrived, fakeMesibo } from '../../test/javascript-mesibo.ts';
import { attachFiles, hasHandlerHook } from './attach.ts';
import { JavaScriptFiles } from './javascript-files.ts';

const url = 'https://memory.invalid/bucket/x';

it('mesibo’s object as documented has no hook: only the listener is registered, and it downloads', () => {
  const { signer, runtime, handler } = createCloud();
  const mesibo = fakeMesibo();
  const files = attachFiles(mesibo.api, { signer, runtime, handler, pathFor: () => '/in' });
  expect(hasHandlerHook(mesibo.api)).toBe(false);
  expect(mesibo.listeners).toEqual([files]);
  const file = files.fileOf(mesibo.tell('message', arrived(url)));
  expect(file?.isFileTransferInProgress()).toBe(true);
  file?.stopFileTransfer();
});

it('an object with the hook is given the handler, and asks it for downloads itself', () => {
  const { signer, runtime, handler } = createCloud();
  const mesibo = fakeMesibo({ hook: true });
  const files = attachFiles(mesibo.api, { signer, runtime, handler, pathFor: () => '/in' });
  expect(mesibo.listeners).toEqual([files, handler]);
  expect(files.fileOf(mesibo.tell('message', arrived(url)))).toBeNull();
});

it('an object with setListener only is refused with the way out, which works', async () => {
  const { signer, runtime, handler } = createCloud();
  const mesibo = fakeMesibo({ noAddListener: true });
  const options = { signer, runtime, handler, pathFor: () => '/in' };
  expect(() => attachFiles(mesibo.api, options)).toThrow(
    expect.objectContaining({ code: 'unsupported', hint: expect.stringContaining('Mesibo_onMessage') }),
  );
  const files = new JavaScriptFiles(options);
  // Detached from the object, as an app's own listener may hold them.
  const { Mesibo_onMessage } = files;
  const message = arrived(url);
  Mesibo_onMessage(message);
  const file = files.fileOf(message);
  await vi.waitFor(() => expect(file?.isFileTransferFailed()).toBe(true));
});
