import { TransferError } from '@mesibo-files/handler-core';
import { JavaScriptFiles } from './javascript-files.ts';
import { type JavaScriptFilesOptions, withDefaults } from './options.ts';
import { type JavaScriptMesibo, offers } from './shapes.ts';

/**
 * Attaches file transfers to a mesibo JavaScript API object.
 *
 * mesibo documents no handler there, so files are uploaded before their message is sent, and downloaded when a message
 * with a URL is told of. Only if the object has `Mesibo_onStartFileTransfer`, the hook that Android and iOS have, the
 * handler itself is registered, and mesibo asks it for downloads.
 *
 * @throws `unsupported` where the object has no `addListener`
 */
export function attachFiles(mesibo: JavaScriptMesibo, options: JavaScriptFilesOptions): JavaScriptFiles {
  if (!offers(mesibo, 'addListener')) {
    throw new TransferError('unsupported', 'this mesibo object has no addListener', {
      hint: 'Make a JavaScriptFiles, and call its Mesibo_onMessage and Mesibo_onMessageUpdate from your listener.',
    });
  }
  const hooked = hasHandlerHook(mesibo);
  const settings = withDefaults(options);
  const files = new JavaScriptFiles(settings, !hooked);
  mesibo.addListener(files);
  if (hooked) mesibo.addListener(settings.handler);
  return files;
}

/** Whether mesibo's object has the hook of Android and iOS. None was ever seen; it is asked for, never assumed. */
export function hasHandlerHook(mesibo: object): boolean {
  return 'Mesibo_onStartFileTransfer' in mesibo;
}
