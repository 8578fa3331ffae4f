import type { Capabilities } from '@mesibo-files/handler-core';
import type { Settings } from './settings.ts';

/** What this signer can do. The store is ours, so it enforces all that is signed. */
export function capabilitiesOf(settings: Settings): Capabilities {
  return {
    provider: 'disk',
    shapes: ['single', 'session'],
    singleUpTo: settings.singleUpTo,
    maxSize: settings.maxSize,
    beginDigests: ['crc32'],
    noOverwrite: { single: 'store', parts: 'key', session: 'store' },
    sizeBound: 'signature',
    partBound: 'signature',
    typeBound: 'signature',
    storeVerifiesDigests: true,
    expires: true,
    listsUnfinished: true,
    staging: true,
  };
}
