import type { Capabilities } from '@mesibo-files/handler-core/provider';
import type { Settings } from './settings.ts';

/** What this signer can do with this bucket, as its options say. */
export function capabilitiesOf(settings: Settings): Capabilities {
  const guard = settings.conditionalWrites ? 'store' : 'key';
  return {
    provider: 's3',
    shapes: ['single', 'parts'],
    singleUpTo: settings.singleUpTo,
    maxSize: settings.maxSize,
    beginDigests: settings.checksum === 'none' ? [] : [settings.checksum],
    noOverwrite: {
      single: guard,
      // Compatible stores ignore the condition when parts are put together, and say nothing.
      parts: settings.endpoint === null ? guard : 'key',
      session: 'key',
    },
    sizeBound: 'signature',
    partBound: 'signature',
    typeBound: 'signature',
    storeVerifiesDigests: settings.checksum !== 'none',
    expires: true,
    listsUnfinished: true,
    staging: true,
  };
}
