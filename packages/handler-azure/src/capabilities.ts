import type { Capabilities } from '@mesibo-files/handler-core/provider';
import { algorithmOf } from './integrity.ts';
import type { Settings } from './settings.ts';

/** What this signer can do, as its options say. */
export function capabilitiesOf({ checksum, singleUpTo, maxSize }: Settings): Capabilities {
  const algorithm = algorithmOf(checksum);
  return {
    provider: 'azure',
    shapes: ['single', 'parts'],
    singleUpTo,
    maxSize,
    beginDigests: algorithm === null ? [] : [algorithm],
    noOverwrite: { single: 'store', parts: 'store', session: 'key' },
    // A shared access signature binds the blob, the permission and the end; the commit looks at the rest.
    sizeBound: 'commit',
    partBound: 'commit',
    typeBound: 'commit',
    storeVerifiesDigests: algorithm !== null,
    expires: true,
    listsUnfinished: true,
    staging: true,
  };
}
