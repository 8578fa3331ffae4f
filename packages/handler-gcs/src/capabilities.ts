import type { Capabilities } from '@mesibo-files/handler-core/provider';
import type { Settings } from './settings.ts';

/** What this signer can do with this bucket, as its options say. */
export function capabilitiesOf(settings: Settings): Capabilities {
  const multipart = settings.upload === 'multipart';
  return {
    provider: 'gcs',
    shapes: ['single', multipart ? 'parts' : 'session'],
    singleUpTo: settings.singleUpTo,
    maxSize: settings.maxSize,
    beginDigests: settings.checksum === 'none' ? [] : [settings.checksum],
    // The XML API's multipart uploads know no preconditions.
    noOverwrite: { single: 'store', parts: 'key', session: 'store' },
    sizeBound: 'signature',
    partBound: 'signature',
    typeBound: 'signature',
    storeVerifiesDigests: settings.checksum !== 'none',
    expires: true,
    // Nobody can list sessions; they lapse in a week.
    listsUnfinished: multipart,
    staging: true,
  };
}
